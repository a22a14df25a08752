import type { KitchenTicket, TicketLine } from '../entities.ts';
import { labels, type PrintLanguage } from './labels.ts';
import { centred, courierNumber, cut, left, markup, plain, rule } from './markup.ts';

/** What stands at the head of a slip. */
export interface SlipHead
  extends Pick<KitchenTicket, 'pickupNumber' | 'tableName' | 'channel'>,
    Partial<Pick<KitchenTicket, 'platform' | 'dayNumber'>> {
  station: string;
}

/** A dish as a slip shows it. */
export type SlipLine = Pick<TicketLine, 'name' | 'specName' | 'quantity' | 'modifiers' | 'note'>;

/** What a station has to make, large enough to be read where it hangs. */
export function kitchenSlip(
  head: SlipHead & { note?: string | null | undefined },
  lines: SlipLine[],
  language: PrintLanguage,
): string {
  return markup(
    ...headOf(head, language),
    ...lines.flatMap(({ quantity, name, specName, modifiers, note }) => [
      left(`^^${plain(`${quantity} x ${name} (${specName})`)}`),
      ...modifiers.map((modifier) => left(`~~${plain(modifier)}`)),
      ...(note == null ? [] : [left(`~~"${plain(note)}"`)]),
    ]),
    head.note != null && rule,
    head.note != null && left(`"${labels[language].note} ${plain(head.note)}"`),
    cut,
  );
}

/** Says that what an earlier slip asked for is not wanted any more. */
export function withdrawalSlip(head: SlipHead, language: PrintLanguage): string {
  return markup(...headOf(head, language), centred(`^^^${labels[language].cancelled}`), cut);
}

function headOf(
  { station, pickupNumber, tableName, channel, platform, dayNumber }: SlipHead,
  language: PrintLanguage,
): (string | false)[] {
  const words = labels[language];
  const place = tableName == null ? '' : ` ${words.table} ${tableName}`;
  return [
    centred(plain(station)),
    courierNumber({ platform, dayNumber }),
    centred(`^^^${words.number} ${pickupNumber}`),
    centred(plain(`${words.channel[channel]}${place}`)),
    rule,
  ];
}
