import { type Computed, type Store, type Thing, wholeSelf } from '../store.ts';

/** The data of the chain: with nulls, with fields that fail, and with objects that lead to each other. */
export function store(): Store {
  const price =
    (fen: number): Computed =>
    (_, { currency }) =>
      currency === 'EUR' ? Math.floor(fen / 7) : fen;
  const first =
    (list: unknown[]): Computed =>
    (_, args) =>
      list.slice(0, args['first'] ?? 9);
  const known = {
    photo: ((_, { size }) => `photo-${size}.png`) as Computed,
    steps: ((_, { language }) => [`${language} 1`, `${language} 2`]) as Computed,
    dear: ((self, { limit }) => Number(self('price', { currency: 'CNY' })) > (limit ?? 0)) as Computed,
    tax: ((self) => Math.floor(Number(self('price', { currency: 'CNY' })) / 7)) as Computed,
    shipping: ((self, { fast }) => {
      const weight = self('weight') as number | null;
      return weight === null ? null : weight + Number(self('price', { currency: 'EUR' })) * (fast ? 2 : 1);
    }) as Computed,
    locked: ((self) => {
      const { store } = (self('station') ?? {}) as { store?: Thing };
      const place = typeof store?.['sign'] === 'function' ? wholeSelf(store)('sign') : store?.['sign'];
      return self('dear', { limit: 60 }) ? `locked ${place}` : null;
    }) as Computed,
  };
  const reviewed = {
    reviews: null as unknown,
    stars: null as number | null,
    headline: ((self) => `${self('name')}!`) as Computed,
    sold: 0 as unknown,
  };
  const signs: Thing = {
    sign: ((self) => `at ${self('name')}`) as Computed,
    banner: ((self) => `Eat ${self('sign')}`) as Computed,
  };
  const north: Thing = { __typename: 'Store', id: 's1', name: 'North', ...signs, open: { from: [6, 30] } };
  const south: Thing = { __typename: 'Store', id: 's2', name: null, ...signs, open: 'always', queue: [] };
  const mia: Thing = { __typename: 'Member', id: 'm1', phone: '101', name: 'Mia', tier: 'NEW' };
  const ben: Thing = { __typename: 'Member', id: 'm2', phone: null, name: null, tier: 'OLD', friends: [mia, null] };
  const zoe: Thing = { __typename: 'Member', id: 'm3', phone: '103', name: 'Zoe', tier: null };
  const guest = { __typename: 'Guest', name: 'A guest', phone: new Error('no phone'), brings: [mia] };
  const soup: Thing = { __typename: 'Dish', id: 'd1', name: 'Soup', spice: 'HOT', ...reviewed, ...known };
  const tea: Thing = { __typename: 'Dish', id: 'd2', name: 'Tea', spice: null, ...reviewed, ...known };
  const cake: Thing = { __typename: 'Dish', id: 'd3', name: null, spice: 'SECRET', ...reviewed, ...known };
  const fish: Thing = { __typename: 'Dish', id: 'd4', name: 'Fish', spice: 'MILD', ...reviewed, ...known };
  const lunch: Thing = { __typename: 'Combo', id: 'c1', name: 'Lunch', ...reviewed };
  const feast: Thing = { __typename: 'Combo', id: 'c2', name: 'Feast', ...reviewed };
  const gift: Thing = { __typename: 'Gift', id: 'g1', name: 'Gift', ...reviewed };
  const items = [soup, lunch, tea, gift, fish, feast, cake];
  const stores = [north, south];
  const one: Thing = { __typename: 'Station', number: 1, store: north, cooks: [mia, ben], busy: true };
  const two: Thing = { __typename: 'Station', number: 2, store: north, cooks: [], busy: new Error('no sensor') };
  const three: Thing = { __typename: 'Station', number: 1, store: south, cooks: [null, zoe], busy: null };
  const farm: Thing = { __typename: 'Supplier', id: 'f1', name: 'Farm', address: { street: 'Lane', city: null } };

  Object.assign(north, { address: { street: 'Main', city: 'Harbin' }, best: lunch, stations: [one, two] });
  Object.assign(south, {
    address: null,
    best: null,
    stations: [three],
    contacts: [{ __typename: 'Phone', number: '5' }],
  });
  Object.assign(mia, { home: { street: null, city: 'Harbin' }, friends: [ben, zoe], card: { __typename: 'Gold' } });
  Object.assign(mia['card'] as Thing, { number: 'G1', limit: 5 });
  Object.assign(ben, { home: null, card: { __typename: 'Silver', number: null, limit: 'none' } });
  Object.assign(zoe, { friends: [], card: new Error('card service'), home: { street: 'Quay', city: null } });
  Object.assign(soup, { price: price(70), sku: { code: 's', brand: 'x' }, weight: 300, minutes: 5, station: one });
  Object.assign(tea, { price: price(7), sku: { code: 't', brand: 'x' }, weight: null, minutes: 2, station: null });
  Object.assign(cake, { price: price(35), sku: { code: 's', brand: 'y' }, weight: 90, minutes: null, station: two });
  Object.assign(fish, { price: price(140), sku: { code: 'f', brand: 'y' }, weight: 0, station: three });
  Object.assign(fish, { minutes: new Error('no clock') });
  Object.assign(soup, { store: north, goesWith: [tea, null, lunch], left: 4, lots: [] });
  Object.assign(tea, {
    store: south,
    goesWith: [],
    left: 0,
    lots: [{ number: 1, best: '2026-01-01', supplier: farm }],
  });
  Object.assign(cake, { store: null, goesWith: null, left: null, lots: [{ number: null }, { number: 2 }] });
  Object.assign(fish, { store: new Error('no store'), goesWith: [cake, gift], left: 1, lots: null });
  Object.assign(lunch, { price: price(100), store: north, dishes: [soup, tea], spare: fish, stars: 4.5, sold: 7 });
  Object.assign(feast, { price: price(900), store: south, dishes: [soup, fish, cake], spare: null, stars: 5 });
  Object.assign(gift, { price: price(1), store: null, amount: new Error('unknown'), for: soup, sold: new Error('?') });

  const reviews = [
    { __typename: 'Review', id: 'r1', text: 'good', about: soup, author: mia },
    { __typename: 'Review', id: 'r2', text: null, about: lunch, author: ben },
    { __typename: 'Review', id: 'r3', text: new Error('lost'), about: gift, author: null },
    { __typename: 'Review', id: 'r4', text: 'again', about: soup, author: zoe },
    { __typename: 'Review', id: 'r5', text: 'cold', about: null, author: mia },
  ];
  for (const item of items) item['reviews'] = first(reviews.filter(({ about }) => about === item));
  for (const member of [mia, ben, zoe]) member['reviews'] = reviews.filter(({ author }) => author === member);
  const order = (id: string, more: Thing): Thing => ({ __typename: 'Order', id, total: price(250), ...more });
  const line = (item: unknown, count: number | null) => ({ item, count });
  const orders = [
    order('o1', { state: 'PLACED', by: mia, at: north, lines: [line(soup, 2), line(gift, 1)], notes: [['hot'], null] }),
    order('o2', { state: 'READY', by: zoe, at: south, lines: [line(feast, null)], notes: [[null, 'b'], []] }),
    order('o3', { state: null, by: zoe, at: null, lines: [], notes: null, total: new Error('no total') }),
    order('o4', { state: 'READY', by: null, at: north, lines: [line(null, 1), line(tea, 3)], notes: [] }),
  ];
  north['queue'] = orders.slice(0, 2);
  const ofState =
    (list: Thing[]): Computed =>
    (_, { state }) =>
      list.filter((one) => state === undefined || state === null || one['state'] === state);
  for (const member of [mia, zoe]) member['orders'] = ofState(orders.filter(({ by }) => by === member));

  const byId =
    (list: Thing[]): Computed =>
    (_, args) =>
      list.find(({ id }) => id === args['id']) ?? null;
  const dishes = [soup, tea, cake, fish];
  return {
    Query: {
      dishes: ((_, { first: most, spices }) => {
        const wanted = spices as string[] | null | undefined;
        return dishes.filter(({ spice }) => !wanted || wanted.includes(String(spice))).slice(0, most ?? 9);
      }) as Computed,
      item: byId(items),
      items: ((_, { filter }) => {
        const { ids } = (filter ?? {}) as { ids?: string[] | null };
        return ids ? ids.map((id) => items.find((item) => item['id'] === id) ?? null) : items;
      }) as Computed,
      search: ((_, { text }) => (text ? [soup, north, null, fish] : [south, cake])) as Computed,
      store: byId(stores),
      stores,
      board: [[soup, null], [], [tea, fish, cake]],
      echo: ((_, args) => JSON.stringify(args)) as Computed,
      short: ((_, { below }) =>
        dishes.filter(({ left }) => typeof left === 'number' && left < (below ?? 0))) as Computed,
      latest: first([...reviews.slice(0, 2), null, ...reviews.slice(2)]),
      best: soup,
      rush: [tea, null, fish],
      me: mia,
      member: byId([mia, ben, zoe]),
      people: [mia, guest, ben],
      order: byId(orders),
      orders: ofState(orders),
    },
    entities: [...items, ...stores, mia, ben, zoe, one, two, three, farm, ...reviews, ...orders],
  };
}
