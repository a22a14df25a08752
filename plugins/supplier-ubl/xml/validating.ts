import { invalid, Refusal } from '../refusal.ts';
import {
  type Child,
  childrenOf,
  type DocumentType,
  documentNamespace,
  documentTypes,
  namespaces,
} from '../structure.ts';
import type { Element } from './reading.ts';
import { isDate, isDecimal, isTime } from './values.ts';

/** Which document it is, once all of it that is read is known to be as UBL 2.1 has it. Throws a Refusal. */
export function validated(root: Element): DocumentType {
  const type = documentTypes.find((name) => name === root.name && root.uri === documentNamespace(name));
  if (!type) throw new Refusal(422, 'WRONG_DOCUMENT', `expected ${documentTypes.join(', ')} of UBL 2`, `/${root.name}`);
  checkAggregate(root, `/${root.name}`);
  return type;
}

/** Each child in its place, as often as it may be there. */
function checkAggregate(element: Element, path: string): void {
  const expected = childrenOf(element.name);
  if (!expected) return;
  if (element.text.trim() !== '') throw invalid(path, 'holds text between its elements');
  const seen = new Map<string, number>();
  let at = 0;
  for (const child of element.children) {
    const times = (seen.get(child.name) ?? 0) + 1;
    seen.set(child.name, times);
    const here = times > 1 ? `${path}/${child.name}[${times}]` : `${path}/${child.name}`;
    const next = expected.findIndex((one, index) => index >= at && isOf(child, one));
    if (next < 0) throw invalid(here, misplaced(child, expected));
    const missing = expected.slice(at, next).find(({ name, least }) => least > 0 && !seen.has(name));
    if (missing) throw invalid(path, `${missing.name} is missing before ${child.name}`);
    if (times > (expected[next]?.most ?? 1)) throw invalid(here, 'stands there too often');
    at = next;
    check(child, here);
  }
  const missing = expected.find(({ name, least }) => least > 0 && !seen.has(name));
  if (missing) throw invalid(path, `${missing.name} is missing`);
}

const isOf = ({ uri, name }: Element, child: Child) => uri === child.uri && name === child.name;

function misplaced(child: Element, expected: readonly Child[]): string {
  if (expected.some((one) => isOf(child, one))) return 'is not in its place';
  return expected.some(({ name }) => name === child.name) ? 'is of another namespace' : 'is not part of this';
}

function check(element: Element, path: string): void {
  if (element.uri === namespaces.cac) checkAggregate(element, path);
  if (element.uri === namespaces.cbc) checkBasic(element, path);
}

/** What the names of basic components end with says what they hold: UBL's naming rules have it so. */
function checkBasic({ name, attributes, children, text }: Element, path: string): void {
  if (children.length > 0) throw invalid(path, 'holds elements');
  const value = text.trim();
  if (/(Amount|Quantity|Measure|Numeric|Percent|Rate)$/.test(name) && !isDecimal(value))
    throw invalid(path, 'is not a decimal number');
  if (name.endsWith('Amount') && !/^[A-Z]{3}$/.test(attributes.get('currencyID') ?? ''))
    throw invalid(path, 'has no currencyID');
  if (name.endsWith('Measure') && !attributes.get('unitCode')) throw invalid(path, 'has no unitCode');
  if (name.endsWith('Date') && !isDate(value)) throw invalid(path, 'is not a day');
  if (name.endsWith('Time') && !isTime(value)) throw invalid(path, 'is not a time of day');
  if (name.endsWith('Indicator') && !/^(true|false|1|0)$/.test(value)) throw invalid(path, 'is not true or false');
}
