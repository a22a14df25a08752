/** Headers as tills write them, the most telling first, in the form that `plainHeader` of columns.ts gives them. */
export const SYNONYMS = {
  order: words(`orderid orderno ordernumber ordercode orderref ticketid ticketno ticketnumber receiptid receiptno
    receiptnumber saleid saleno salenumber billid billno billnumber checkid checkno checknumber transactionid
    transactionno transactionnumber invoiceid invoiceno invoicenumber order ticket receipt bill check transaction
    invoice id no
    订单号 订单编号 订单号码 订单id 账单号 账单编号 账单流水号 小票号 小票编号 销售单号 消费单号 结账单号 交易号 交易单号
    单据号 单据编号 流水号 流水单号 交易流水号 单号 订单 编号 取餐号`),
  date: words(`orderdate sentdate openeddate opendate saledate salesdate transactiondate receiptdate invoicedate billdate
    businessdate businessday closeddate date day
    订单日期 下单日期 销售日期 交易日期 消费日期 账单日期 营业日期 营业日 日期`),
  time: words(`timestamp datetime ordertimestamp orderdatetime orderedat placedat soldat openedat createdat createtime
    ordertime senttime saletime salestime transactiontime receipttime billtime closedat paidat timeplaced opened closed time
    下单时间 点单时间 点菜时间 订单时间 销售时间 交易时间 消费时间 开单时间 开台时间 创建时间 支付时间 结账时间 结算时间
    日期时间 时间`),
  name: words(`itemname dishname productname menuitemname menuitem pizzaname foodname mealname goodsname item dish product
    name food meal itemdescription description
    菜品名称 菜品名 菜名 菜品 商品名称 商品名 商品 产品名称 产品名 产品 餐品名称 餐品 餐点名称 餐点 项目名称 品项名称 品项 品名 菜肴
    菜式 名称`),
  spec: words(`size itemsize pizzasize productsize dishsize sizename spec specname specification variant variation
    variantname variationname itemvariation pricepointname portion portionsize
    规格 规格名称 菜品规格 商品规格 份量 分量 杯型 尺寸 大小 型号`),
  category:
    words(`category categoryname itemcategory pizzacategory productcategory dishcategory menucategory foodcategory
    salescategory itemtype dishtype section menusection menugroup type group itemgroup department class
    菜品分类 商品分类 产品分类 菜品类别 商品类别 分类 分类名称 类别 类别名称 类目 菜类 品类 大类 菜系 种类 分组 一级分类`),
  price: words(`unitprice itemprice priceeach saleprice salesprice sellingprice pizzaprice dishprice productprice
    retailprice menuprice regularprice baseprice listprice price
    单价 菜品单价 商品单价 销售单价 售价 销售价 销售价格 现价 菜品价格 商品价格 价格 定价 标准价 标价 门市价 堂食价 菜价
    价钱 原价`),
  amount: words(`linetotal lineamount itemtotal totalprice grossprice grosssales grossamount amount subtotal
    金额 菜品金额 商品金额 销售金额 小计 小计金额`),
  quantity: words(`quantity qty itemquantity itemqty orderquantity quantityordered quantitysold units pieces pcs
    数量 菜品数量 商品数量 点菜数量 销售数量 份数 件数 销量`),
  unit: words(`unit uom unitofmeasure 单位 菜品单位 商品单位 计量单位 销售单位`),
  channel:
    words(`channel orderchannel saleschannel ordertype servicetype servicemode diningoption diningtype fulfillment
    渠道 销售渠道 订单渠道 订单类型 就餐方式 用餐方式 就餐类型 用餐类型 消费方式 取餐方式 订单来源`),
  currency: words(`currency currencycode 币种 货币 结算币种`),
  void: words(`void voided isvoid isvoided isrefund 是否退菜 退菜标记 退菜标志 是否退单 是否退款`),
  status: words(`status itemstatus linestatus orderstatus eventtype transactiontype
    状态 菜品状态 商品状态 明细状态 订单状态 账单状态 交易状态`),
  gift: words(`comp comped iscomp complimentary isgift gift 是否赠送 赠送 赠送标记 赠送标志 是否赠菜 赠菜`),
  discount: words(`discount discounts discountamount totaldiscount itemdiscount linediscount
    优惠 优惠金额 折扣 折扣金额 菜品优惠 商品优惠 折让 折让金额`),
} as const satisfies Record<string, readonly string[]>;

/** What a column of a till's file can hold. */
export type Field = keyof typeof SYNONYMS;
export const FIELDS = Object.keys(SYNONYMS) as Field[];

/** Traditional characters that tills write around their data, each before its simplified form. */
const SIMPLER =
  '訂订單单號号編编數数量量價价規规類类時时間间點点優优惠惠實实銷销結结賬账帳账開开產产額额稱称項项總总計计頁页贈赠匯汇';
const simplified = new Map(
  Array.from({ length: SIMPLER.length / 2 }, (_, at) => [SIMPLER[2 * at] as string, SIMPLER[2 * at + 1] as string]),
);

/** A till's words with simplified characters, as they are known here. */
export function simplify(text: string): string {
  return text.replace(/\p{Script=Han}/gu, (letter) => simplified.get(letter) ?? letter);
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
