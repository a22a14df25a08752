/** What the demonstration sells. Prices in fen; stock in grams, millilitres or pieces. */

export const categories = ['面 Noodles', '小吃 Snacks', '饮品 Drinks', '套餐 Set meals'] as const;

export const dayparts = { breakfast: { name: '早餐 Breakfast', from: '06:00', to: '10:30' } };

export const modifierGroups = {
  spice: {
    name: '辣度 Spice',
    min: 1,
    max: 1,
    modifiers: [
      { name: '不辣 Not spicy', price: 0 },
      { name: '微辣 Mild', price: 0 },
      { name: '特辣 Hot', price: 0 },
    ],
  },
  toppings: {
    name: '加料 Extras',
    min: 0,
    max: 3,
    modifiers: [
      { name: '加面 More noodles', price: 300 },
      { name: '卤蛋 Braised egg', price: 250 },
      { name: '牛肉 More beef', price: 1200 },
    ],
  },
  sugar: {
    name: '甜度 Sugar',
    min: 1,
    max: 1,
    modifiers: [
      { name: '正常 Normal', price: 0 },
      { name: '半糖 Half', price: 0 },
      { name: '无糖 None', price: 0 },
    ],
  },
};

export const stock = {
  noodles: { name: '面条 Noodles', unit: 'GRAM', onHand: 40_000 },
  beef: { name: '牛肉 Beef', unit: 'GRAM', onHand: 12_000 },
  egg: { name: '鸡蛋 Eggs', unit: 'PIECE', onHand: 300 },
  dumplings: { name: '锅贴 Potstickers', unit: 'PIECE', onHand: 400 },
  milk: { name: '鲜奶 Milk', unit: 'MILLILITRE', onHand: 30_000 },
  tea: { name: '茶叶 Tea', unit: 'GRAM', onHand: 3_000 },
  flour: { name: '面粉 Flour', unit: 'GRAM', onHand: 10_000 },
} as const;

/** Whom the demonstration buys from: the simulator of the plug-in supplier-ubl. */
export const supplier = { name: '面粉厂 Flour mill', provider: 'ubl', account: 'flour-mill', currency: 'CNY' } as const;

/** What it sells, by the stock item that it is of. */
export const products = {
  flour: { code: 'FLOUR-25', name: '高筋面粉 25kg Bread flour, sack of 25 kg', packQuantity: 25_000, price: 12_800 },
  egg: { code: 'EGG-30', name: '鸡蛋 30枚 Eggs, tray of 30', packQuantity: 30, price: 2_450 },
} as const;

export interface DemoDish {
  name: string;
  description?: string;
  category: (typeof categories)[number];
  /** Fen by spec. */
  specs: Record<string, number>;
  /** How many grams that is for, of what is sold by weight; in its recipe a portion is a gram. */
  perGrams?: number;
  groups?: (keyof typeof modifierGroups)[];
  dayparts?: (keyof typeof dayparts)[];
  tags?: string[];
  /** What a portion takes, by spec. */
  recipe?: Record<string, Partial<Record<keyof typeof stock, number>>>;
}

export const dishes: Record<string, DemoDish> = {
  beefNoodles: {
    name: '红烧牛肉面 Braised beef noodles',
    description: '慢炖四小时的牛腩与手工面 Brisket braised for four hours on hand-made noodles',
    category: '面 Noodles',
    specs: { '中碗 Regular': 2800, '大碗 Large': 3400 },
    groups: ['spice', 'toppings'],
    tags: ['popular'],
    recipe: { '中碗 Regular': { noodles: 200, beef: 90 }, '大碗 Large': { noodles: 280, beef: 130 } },
  },
  scallionNoodles: {
    name: '葱油拌面 Scallion oil noodles',
    category: '面 Noodles',
    specs: { '一份 One': 1600 },
    groups: ['toppings'],
    recipe: { '一份 One': { noodles: 200 } },
  },
  potstickers: {
    name: '生煎锅贴 Potstickers',
    category: '小吃 Snacks',
    specs: { '六只 Six': 1500, '十二只 Twelve': 2800 },
    recipe: { '六只 Six': { dumplings: 6 }, '十二只 Twelve': { dumplings: 12 } },
  },
  teaEgg: {
    name: '茶叶蛋 Tea egg',
    category: '小吃 Snacks',
    specs: { '一只 One': 300 },
    recipe: { '一只 One': { egg: 1 } },
  },
  breakfastBun: {
    name: '鲜肉包 Pork bun',
    category: '小吃 Snacks',
    specs: { '一只 One': 350 },
    dayparts: ['breakfast'],
  },
  braisedBeef: {
    name: '卤牛肉 Braised beef by weight',
    description: '现切现称，68元一斤 Cut and weighed at the counter, 68 for 500 g',
    category: '小吃 Snacks',
    specs: { '称重 By weight': 6800 },
    perGrams: 500,
    recipe: { '称重 By weight': { beef: 1 } },
  },
  milkTea: {
    name: '鲜奶茶 Fresh milk tea',
    category: '饮品 Drinks',
    specs: { '中杯 Medium': 1400, '大杯 Large': 1700 },
    groups: ['sugar'],
    tags: ['popular'],
    recipe: { '中杯 Medium': { milk: 200, tea: 6 }, '大杯 Large': { milk: 280, tea: 8 } },
  },
  plumJuice: {
    name: '酸梅汤 Sour plum drink',
    category: '饮品 Drinks',
    specs: { '一杯 Glass': 800 },
  },
};

/** A set meal: one of each slot. */
export const setMeal = {
  name: '单人套餐 Meal for one',
  category: '套餐 Set meals',
  spec: '一份 One',
  price: 3900,
  slots: [
    {
      name: '主食 Main',
      options: [
        { dish: 'beefNoodles', spec: '中碗 Regular', extra: 0 },
        { dish: 'scallionNoodles', spec: '一份 One', extra: 0 },
      ],
    },
    {
      name: '饮品 Drink',
      options: [
        { dish: 'plumJuice', spec: '一杯 Glass', extra: 0 },
        { dish: 'milkTea', spec: '中杯 Medium', extra: 300 },
      ],
    },
  ],
} as const;
