import { backToPage, escaped, type Language, languageOf, plainPage } from '../../../kernel/plain-page.ts';
import { type Fault, faults } from './faults.ts';
import type { SimulatedPrinter } from './printer.ts';

/** A printer, and the address that the product knows it by. */
interface Shown {
  printer: SimulatedPrinter;
  address: string;
}

const texts = {
  en: {
    title: 'Receipt printers, simulated',
    note: 'What was printed last comes first. Press a button to switch a fault on or off.',
    none: 'Nothing was printed yet.',
    torn: 'The paper ended here.',
    drawer: 'Drawer opened',
    faults: {
      'paper-out': 'No paper',
      'paper-out-in-the-middle': 'Paper ends in the middle',
      'cover-open': 'Cover open',
      'cutter-jam': 'Cutter jammed',
      offline: 'Switched off',
      'hang-after-data': 'Prints, then silent',
      'hang-up-on-data': 'Hangs up, prints nothing',
      'no-status': 'No status',
      'near-end': 'Paper near its end',
      'tells-unasked': 'Tells its state unasked',
      slow: 'Slow',
    } satisfies Record<Fault, string>,
  },
  zh: {
    title: '小票打印机（模拟）',
    note: '最新打印的排在最前。点击按钮可开启或关闭故障。',
    none: '尚未打印任何内容。',
    torn: '纸张在此用尽。',
    drawer: '钱箱开启次数',
    faults: {
      'paper-out': '缺纸',
      'paper-out-in-the-middle': '打印中途缺纸',
      'cover-open': '上盖打开',
      'cutter-jam': '切刀卡住',
      offline: '关机',
      'hang-after-data': '打印后无应答',
      'hang-up-on-data': '收到数据即断开，不打印',
      'no-status': '不回传状态',
      'near-end': '纸将尽',
      'tells-unasked': '自动上报状态',
      slow: '缓慢',
    } satisfies Record<Fault, string>,
  },
};
type Texts = (typeof texts)['en'];

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;margin:2rem;background:#eee}main{display:flex;gap:2rem;align-items:flex-start;flex-wrap:wrap}section{max-width:22rem}svg{display:block;margin:1rem 0;box-shadow:0 1px 6px #0005;max-width:100%;height:auto}button{font:inherit;margin:0 .3rem .3rem 0;padding:.2rem .6rem}button[aria-pressed=true]{background:#c22;color:#fff}';

/** The page on which a person looks at what was printed, and switches faults; `?lang=zh` is Chinese. */
export function pageOf(shown: readonly Shown[]) {
  return async (request: Request): Promise<Response> => {
    if (request.method === 'GET') return pageWith(languageOf(request), shown);
    const form = new URLSearchParams(await request.text());
    const printer = shown.find(({ address }) => address === form.get('printer'))?.printer;
    const fault = faults.find((one) => one === form.get('fault'));
    if (printer && fault) await printer.set(fault, !printer.faults.has(fault));
    return backToPage(request);
  };
}

function pageWith(language: Language, shown: readonly Shown[]): Response {
  const words = texts[language];
  const body = `<p>${words.note}</p>
<main>${shown.map((one) => sectionOf(one, words)).join('')}</main>`;
  return plainPage({ title: words.title, language, style: STYLE, body });
}

function sectionOf({ printer, address }: Shown, words: Texts): string {
  const sheets = printer.sheets.slice(-10).toReversed();
  return `<section><h2>${escaped(printer.name)} · ${printer.paperWidth} mm</h2><p><code>${address}</code> · ${words.drawer}: ${printer.drawer()}</p>
<form method="post"><input type="hidden" name="printer" value="${address}">${faults
    .map(
      (fault) =>
        `<button name="fault" value="${fault}" aria-pressed="${printer.faults.has(fault)}">${words.faults[fault]}</button>`,
    )
    .join('')}</form>
${sheets.map(({ svg, isCut }) => `${svg}${isCut ? '' : `<p>${words.torn}</p>`}`).join('') || `<p>${words.none}</p>`}</section>`;
}
