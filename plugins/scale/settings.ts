import { z } from 'zod';

/** What the environment says, behind SCALE. */
export const settings = z.object({
  /** Whether a scale of our own stands in, at the address "simulator": never in production. */
  simulator: z.stringbool().default(false),
  /** The broker of scales that publish by MQTT; without it there are none. */
  mqttUrl: z
    .url({ protocol: /^(mqtts?|wss?)$/, error: 'expected an address like mqtts://user:password@host:8883' })
    .optional(),
});
