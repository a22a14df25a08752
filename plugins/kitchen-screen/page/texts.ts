import type { Urgency } from './clock.ts';
import type { Ticket, TicketState } from './graph.ts';

/** The languages of the screen. */
export type Language = 'zh' | 'en';

/** Every sentence of the screen, in one language. */
export interface Texts {
  /** As the language calls itself. */
  language: string;
  /** The name of the page. */
  title: string;
  state: Record<TicketState, string>;
  /** What a tap on a ticket of this state does; nothing for those that are over. */
  action: Record<Exclude<TicketState, 'SERVED' | 'CANCELLED'>, string>;
  channel: Record<Ticket['channel'], string>;
  urgency: Record<Urgency, string>;
  note: string;
  orderNote: string;
  cancelledHint: string;
  seen: string;
  sending: string;
  waitingForLink: string;
  refusedTap: string;
  stations: string;
  allStations: string;
  open(count: number): string;
  late(count: number): string;
  below(count: number): string;
  empty: string;
  emptyHint: string;
  connecting: string;
  connectingHint: string;
  live: string;
  restored: string;
  lost: string;
  lostHint(clock: string): string;
  lostBlank: string;
  refused: string;
  refusedHint(code: string): string;
  tryAgain: string;
  pairTitle: string;
  pairHint: string;
  pairCode: string;
  pair: string;
  pairing: string;
  pairRefused: string;
  pairTooOften: string;
  pairUnreachable: string;
  pairFailed(code: string): string;
  unpaired: string;
}

/** All of them. */
export const texts: Record<Language, Texts> = {
  zh: {
    language: '中文',
    title: '厨房屏',
    state: { QUEUED: '待制作', STARTED: '制作中', READY: '已做好', SERVED: '已出餐', CANCELLED: '已取消' },
    action: { QUEUED: '开始制作', STARTED: '做好了', READY: '出餐' },
    channel: { DINE_IN: '堂食', TAKEAWAY: '自取', DELIVERY: '外卖' },
    urgency: { calm: '', soon: '快到时', late: '已超时' },
    note: '备注',
    orderNote: '整单备注',
    cancelledHint: '请停止制作。',
    seen: '知道了',
    sending: '正在发送…',
    waitingForLink: '连上后自动发送',
    refusedTap: '没有成功，请再试一次',
    stations: '档口',
    allStations: '全部',
    open: (count) => `${count} 单`,
    late: (count) => `${count} 单超时`,
    below: (count) => `下面还有 ${count} 单`,
    empty: '没有待做的菜',
    emptyHint: '新订单会自动出现在这里。',
    connecting: '正在连接',
    connectingHint: '正在连接餐厅的服务器…',
    live: '已连接',
    restored: '已重新连接，订单是最新的。',
    lost: '连接已断开',
    lostHint: (clock) => `正在重新连接。画面停在 ${clock}，新订单暂时看不到。`,
    lostBlank: '正在重新连接餐厅的服务器。',
    refused: '这块屏幕看不到这个厨房',
    refusedHint: (code) => `服务器拒绝了请求（${code}）。请找店长检查这台设备。`,
    tryAgain: '再试一次',
    pairTitle: '配对这块屏幕',
    pairHint: '请店长在后台为这块屏幕生成配对码，十分钟内在这里输入。',
    pairCode: '配对码',
    pair: '配对',
    pairing: '正在配对…',
    pairRefused: '配对码不对、已用过或已过期。请店长重新生成一个。',
    pairTooOften: '错误的配对码太多了。请一分钟后再试。',
    pairUnreachable: '连不上服务器。请检查网络后再试。',
    pairFailed: (code) => `配对没有成功（${code}）。请再试一次。`,
    unpaired: '这块屏幕的配对已被解除。请输入新的配对码继续使用。',
  },
  en: {
    language: 'English',
    title: 'Kitchen screen',
    state: { QUEUED: 'Waiting', STARTED: 'Cooking', READY: 'Ready', SERVED: 'Served', CANCELLED: 'Cancelled' },
    action: { QUEUED: 'Start', STARTED: 'Done', READY: 'Serve' },
    channel: { DINE_IN: 'Dine in', TAKEAWAY: 'Takeaway', DELIVERY: 'Delivery' },
    urgency: { calm: '', soon: 'Due soon', late: 'Late' },
    note: 'Note',
    orderNote: 'Note to the order',
    cancelledHint: 'Stop making it.',
    seen: 'Got it',
    sending: 'Sending…',
    waitingForLink: 'Goes out once connected',
    refusedTap: 'That did not work, try again',
    stations: 'Stations',
    allStations: 'All',
    open: (count) => (count === 1 ? '1 ticket' : `${count} tickets`),
    late: (count) => `${count} late`,
    below: (count) => `${count} more below`,
    empty: 'Nothing to cook',
    emptyHint: 'New orders appear here by themselves.',
    connecting: 'Connecting',
    connectingHint: 'Connecting to the restaurant’s server…',
    live: 'Connected',
    restored: 'Connected again. The tickets are up to date.',
    lost: 'Connection lost',
    lostHint: (clock) => `Connecting again. You see the kitchen as of ${clock}; new orders are not shown yet.`,
    lostBlank: 'Connecting to the restaurant’s server again.',
    refused: 'This screen may not show this kitchen',
    refusedHint: (code) => `The server refused (${code}). Ask the manager to check this device.`,
    tryAgain: 'Try again',
    pairTitle: 'Pair this screen',
    pairHint: 'Ask the manager for a pairing code for this screen and type it in within ten minutes.',
    pairCode: 'Pairing code',
    pair: 'Pair',
    pairing: 'Pairing…',
    pairRefused: 'This code is wrong, was used or is too old. Ask the manager for a new one.',
    pairTooOften: 'Too many wrong codes. Try again in a minute.',
    pairUnreachable: 'The server does not answer. Check the network and try again.',
    pairFailed: (code) => `Pairing did not work (${code}). Try again.`,
    unpaired: 'This screen was unpaired. Enter a new pairing code to go on.',
  },
};

const KEY = 'dinegraph.kitchen.language';

/** The language to begin with: the address's `?lang=`, the one last chosen, or the browser's. */
export function preferredLanguage(search: string, browser: string): Language {
  const asked = new URLSearchParams(search).get('lang') ?? localStorage.getItem(KEY) ?? browser;
  return asked.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Keeps the cook's choice. */
export function rememberLanguage(language: Language): void {
  localStorage.setItem(KEY, language);
}
