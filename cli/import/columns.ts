import { halfWidth, printable } from './clean.ts';
import { CommandFailure } from './refusal.ts';

/** What a column of a till's file can hold. */
const FIELDS = ['order', 'date', 'time', 'name', 'spec', 'category', 'price', 'amount', 'quantity', 'channel'] as const;
export type Field = (typeof FIELDS)[number];

/** Which column holds which field, by index. */
export type Columns = Partial<Record<Field, number>>;

/** Headers as tills write them, the most telling first, in the form that `plainHeader` gives them. */
const SYNONYMS: Record<Field, readonly string[]> = {
  order: words(`orderid orderno ordernumber ordercode ticketid ticketno ticketnumber receiptid receiptno receiptnumber
    billid billno billnumber checkid checkno checknumber transactionid transactionno transactionnumber invoiceno
    invoicenumber order ticket receipt bill check transaction id no
    订单号 订单编号 订单号码 订单id 账单号 账单编号 小票号 小票编号 销售单号 消费单号 交易号 交易单号 单据号 单据编号 流水号
    交易流水号 单号 订单 编号`),
  date: words(`orderdate saledate salesdate transactiondate billdate businessdate businessday date day
    订单日期 下单日期 销售日期 交易日期 消费日期 账单日期 营业日期 营业日 日期`),
  time: words(`timestamp datetime ordertimestamp orderdatetime orderedat placedat soldat createdat createtime ordertime
    saletime salestime transactiontime billtime time
    下单时间 点单时间 点菜时间 订单时间 销售时间 交易时间 消费时间 开单时间 开台时间 创建时间 支付时间 结账时间 日期时间 时间`),
  name: words(`itemname dishname productname menuitemname menuitem pizzaname foodname mealname goodsname item dish product
    name food meal
    菜品名称 菜品名 菜名 菜品 商品名称 商品名 商品 产品名称 产品名 产品 餐品名称 餐品 品项名称 品项 品名 菜式 名称`),
  spec: words(`size itemsize pizzasize productsize dishsize sizename spec specname specification variant variation
    variantname portion portionsize
    规格 规格名称 菜品规格 商品规格 份量 分量 杯型 尺寸 大小 型号`),
  category:
    words(`category categoryname itemcategory pizzacategory productcategory dishcategory menucategory foodcategory
    itemtype dishtype section menusection type group itemgroup department class
    菜品分类 商品分类 产品分类 菜品类别 商品类别 分类 分类名称 类别 类别名称 类目 菜类 品类 大类 菜系 种类 分组 一级分类`),
  price:
    words(`unitprice itemprice priceeach saleprice salesprice sellingprice pizzaprice dishprice productprice retailprice
    price
    单价 菜品单价 商品单价 销售单价 售价 销售价 销售价格 现价 菜品价格 商品价格 价格 定价 标准价 价钱`),
  amount: words(`linetotal lineamount itemtotal totalprice amount subtotal
    金额 菜品金额 商品金额 销售金额 小计 小计金额`),
  quantity: words(`quantity qty itemquantity orderquantity quantityordered quantitysold units pieces pcs
    数量 菜品数量 商品数量 点菜数量 销售数量 份数 件数 销量`),
  channel:
    words(`channel orderchannel saleschannel ordertype servicetype servicemode diningoption diningtype fulfillment
    渠道 销售渠道 订单渠道 订单类型 就餐方式 用餐方式 就餐类型 用餐类型 消费方式 取餐方式 订单来源`),
};

/** Other words by which `--map` may call a field. */
const ALIASES: Record<string, Field> = {
  size: 'spec',
  qty: 'quantity',
  type: 'category',
  timestamp: 'time',
  id: 'order',
};

/** A header as the synonyms have it: lower case, without blanks, dashes, marks, and what stands in brackets. */
function plainHeader(header: string): string {
  return halfWidth(header)
    .toLowerCase()
    .replace(/[([【].*[)\]】]/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Reads `--map price=Unit price,name=菜名`: header by field. Throws a CommandFailure for a field there is not. */
export function parseMapping(mapping: string | undefined): Map<Field, string> {
  const pairs = (mapping ?? '').split(',').filter((pair) => pair.trim());
  return new Map(
    pairs.map((pair) => {
      const [written = '', ...column] = pair.split('=');
      const name = written.trim().toLowerCase();
      const field = FIELDS.find((known) => known === name) ?? ALIASES[name];
      if (!field || column.length === 0)
        throw new CommandFailure(`--map wants field=Column with a field of ${FIELDS.join(', ')}; not "${pair.trim()}"`);
      return [field, column.join('=').trim()];
    }),
  );
}

/**
 * Finds the columns of some fields by their headers; what the mapping names goes before the synonyms. The problem is a
 * sentence: the mapping names a column that is not there, or two columns bear the header that a field is read from.
 */
export function findColumns(
  headers: readonly string[],
  fields: readonly Field[],
  mapping: ReadonlyMap<Field, string>,
): { columns: Columns; problem: string | undefined } {
  const plain = headers.map(plainHeader);
  const columns: Columns = {};
  const taken = new Set<number>();
  let problem: string | undefined;
  const take = (field: Field, header: string) => {
    const index = plain.findIndex((candidate, at) => candidate === header && header !== '' && !taken.has(at));
    if (index < 0) return false;
    if (plain.includes(header, index + 1))
      problem ??= `two columns are called "${headers[index]}"; rename one, or name another by --map ${field}=Column`;
    columns[field] = index;
    taken.add(index);
    return true;
  };
  for (const [field, header] of mapping) {
    if (!take(field, plainHeader(header)))
      problem ??= `there is no column "${header}"; the columns are ${listHeaders(headers)}`;
  }
  for (const field of fields) if (!mapping.has(field)) SYNONYMS[field].some((header) => take(field, header));
  return { columns, problem };
}

/** The headers for a sentence. */
export function listHeaders(headers: readonly string[]): string {
  const named = headers.map((header) => header.trim()).filter(Boolean);
  return named.length > 0 ? printable(named.join(', '), 300) : 'without names';
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
