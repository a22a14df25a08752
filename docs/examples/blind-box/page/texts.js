/** What the page says, in the two languages that it speaks. */
const texts = {
  zh: {
    title: '盲盒',
    loading: '正在取盲盒……',
    waiting: '盲盒正在路上……',
    ready: '点一下，打开盲盒',
    opening: '正在打开……',
    won: '恭喜获得',
    how: '出示给店员即可领取',
    /** @param {string} at */
    openedAt: (at) => `打开于 ${at}`,
    none: '这个订单没有盲盒。',
    signIn: '请回到点餐页面登录后，再从那里打开。',
    notYours: '只有下单的人才能打开这个盲盒。',
    failed: '网络不太好，盲盒还在，请再试一次。',
    again: '再试一次',
    /** @param {number} number */
    number: (number) => `取餐号 ${number}`,
  },
  en: {
    title: 'Blind box',
    loading: 'Fetching your box …',
    waiting: 'Your box is on its way …',
    ready: 'Tap the box to open it',
    opening: 'Opening …',
    won: 'You have won',
    how: 'Show this to the staff',
    /** @param {string} at */
    openedAt: (at) => `Opened ${at}`,
    none: 'There is no box with this order.',
    signIn: 'Sign in where you ordered, and open the box from there.',
    notYours: 'This box is for whoever ordered to open.',
    failed: 'The connection failed. Your box is safe; try again.',
    again: 'Try again',
    /** @param {number} number */
    number: (number) => `Order number ${number}`,
  },
};

/** The browser's language, of the two. */
export const language = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';

/** How moments are written in it. */
export const locale = navigator.language.toLowerCase().startsWith(language) ? navigator.language : 'en-GB';

/** What is said in it. */
export const says = texts[language];
