/** The version of the contract between the product and its plug-ins: what `kernel/module.ts` and the ports promise. */
export const CONTRACT = '1.0';

/** Why a plug-in that was built for another version of the contract cannot be taken; undefined when it can. */
export function misfit(stated: unknown): string | undefined {
  const [, major, minor] = /^(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})$/.exec(String(stated)) ?? [];
  const [ourMajor, ourMinor] = CONTRACT.split('.').map(Number);
  if (major === undefined) return `states no version of the contract, such as contract: '${CONTRACT}'`;
  if (Number(major) === ourMajor && Number(minor) <= (ourMinor ?? 0)) return undefined;
  return `it was built for version ${stated} of the contract, and this product has ${CONTRACT}`;
}
