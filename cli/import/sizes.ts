import { cleanText, halfWidth } from './clean.ts';

/** A column that holds the prices of one size, in a menu with a price column for each. */
export interface SizeColumn {
  name: string;
  index: number;
}

/** What a header says beside the size. */
const PRICE_WORDS =
  /价格|售价|单价|价|金额|\b(unit|sale|selling|list)?\s*prices?\b|人民币|元|rmb|[¥$€£()[\]【】:_/-]/gi;
const CHINESE =
  /^((超|特|加)?大|中|(超|特|迷你)?小|标准|常规|普通|半|整|单人|双人|多人|[一二三四五六八十两1-9]+人)(份|杯|碗|盘|盆|壶|瓶|号|例|套餐|锅)?$/;
const VESSEL = /^(每?例|例份|杯|碗|盘|壶|扎|瓶|[一二三四五六八十两半]打|[一半]只)$/;
const ENGLISH =
  /^(xs|s|m|l|xx?l|(extra |x)?(small|large)|medium|regular|mini|jumbo|half|full|whole|quarter|single|double|triple|kids?|family|glass|bottle|carafe|pitcher|jug|slice|cup|bowl|half pint|pint)( (size|portion|dozen|pan))?$/;
const MEASURE = /^\d+(\.\d+)?\s*(寸|英寸|吋|inch(es)?|in|''|"|cm|ml|cl|l|oz|g|kg|毫升|升|克|斤|个|只|片|pcs?|pieces?)$/;

/**
 * The columns of a menu that hold the price of a size (大份, Large, "Price (12 inch)"): those that are named, or two or
 * more whose headers say a size; a single one is more likely something else. None when a named one is not there.
 */
export function findSizes(headers: readonly string[], wanted: readonly string[] | 'found'): SizeColumn[] {
  const texts = headers.map(cleanText);
  if (wanted !== 'found') {
    const named = wanted.map((name) => ({ name, index: texts.indexOf(cleanText(name)) }));
    return named.some(({ index }) => index < 0) ? [] : named;
  }
  const sizes = texts.flatMap((text, index) => {
    const name = sizeIn(text);
    return name === undefined ? [] : [{ name, index }];
  });
  return sizes.length > 1 ? sizes : [];
}

function sizeIn(header: string): string | undefined {
  const name = halfWidth(header).replace(PRICE_WORDS, ' ').replace(/\s+/g, ' ').trim();
  const size = name.toLowerCase();
  return [CHINESE, VESSEL, ENGLISH, MEASURE].some((pattern) => pattern.test(size)) ? name : undefined;
}
