import { backToPage, type Language, languageOf, plainPage } from '../../../kernel/plain-page.ts';
import { type Load, states } from './index.ts';

const texts = {
  en: {
    title: 'A scale, simulated',
    grams: 'On the scale, with its bowl (g)',
    tare: 'The bowl (g)',
    state: 'It is',
    stable: 'at rest',
    unstable: 'wobbling',
    overloaded: 'overloaded',
    hung: 'hung: it sends nothing',
    garbled: 'garbled: nothing can be read',
    put: 'Put it there',
  },
  zh: {
    title: '电子秤（模拟）',
    grams: '秤上重量，含容器（克）',
    tare: '容器重量（克）',
    state: '状态',
    stable: '稳定',
    unstable: '晃动',
    overloaded: '超载',
    hung: '无响应',
    garbled: '数据错乱',
    put: '放上去',
  },
};

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:2rem auto;padding:0 1rem}output{display:block;font:3rem/1.4 ui-monospace,monospace;text-align:right;background:#10231a;color:#7dffb0;border-radius:.5rem;padding:.2rem 1rem}label{display:block;margin:.8rem 0}input,select,button{font:inherit;padding:.4rem .6rem}input{width:8rem}';

/** The page on which a person puts something on the scale; `?lang=zh` is Chinese. */
export function pageOf(load: Load) {
  return async (request: Request): Promise<Response> => {
    if (request.method === 'GET') return pageWith(load, languageOf(request));
    put(load, new URLSearchParams(await request.text()));
    return backToPage(request);
  };
}

/** What is not a weight or a state leaves the scale as it is. */
function put(load: Load, form: URLSearchParams): void {
  const [grams, tare] = [Number(form.get('grams')), Number(form.get('tare'))];
  const state = states.find((one) => one === form.get('state'));
  const fits = [grams, tare].every((one) => Number.isInteger(one) && one >= 0 && one < 100_000);
  if (fits && state) Object.assign(load, { grams, tare, state });
}

function pageWith({ grams, tare, state }: Load, language: Language): Response {
  const words = texts[language];
  const shown = { stable: '', unstable: ' ~', overloaded: ' OL', hung: ' …', garbled: ' ?' }[state];
  const options = states.map(
    (one) => `<option value="${one}"${one === state ? ' selected' : ''}>${words[one]}</option>`,
  );
  const body = `<output>${((grams - tare) / 1_000).toFixed(3)} kg${shown}</output>
<form method="post"><label>${words.grams} <input type="number" name="grams" min="0" max="99999" value="${grams}"></label>
<label>${words.tare} <input type="number" name="tare" min="0" max="99999" value="${tare}"></label>
<label>${words.state} <select name="state">${options.join('')}</select></label><button>${words.put}</button></form>`;
  return plainPage({ title: words.title, language, style: STYLE, body });
}
