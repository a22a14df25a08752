/** Who can sign in to the demonstration. PINs are for the demonstration alone. */
export const demoPeople = {
  headquarters: { name: 'Head Office', pin: '123456', role: 'HEADQUARTERS' },
  manager: { name: 'Wang Fang', pin: '2468', role: 'MANAGER' },
  waiter: { name: 'Li Lei', pin: '1357', role: 'WAITER' },
  cook: { name: 'Chen Shifu', pin: '8642', role: 'COOK' },
} as const;

/** The diner of the demonstration: the credential that the demonstration's identity provider takes. */
export const demoDiner = { credential: 'xiaoming', name: 'Xiao Ming' };
