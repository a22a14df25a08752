import type { Host } from './module.ts';
import { PluginSettings } from './plugin-settings.ts';
import type { PortToken } from './ports.ts';

/**
 * Whether the plug-in that implements a port under a name is switched off for the whole chain: then nothing new is begun
 * with it, and what is under way goes on by `host.port`. While it cannot be known, it is not.
 */
export async function isSwitchedOff(host: Host, token: PortToken<unknown>, name: string): Promise<boolean> {
  const implementing = host
    .modules()
    .find(({ provides = [] }) => provides.some((one) => one.token.name === token.name && one.name === name));
  if (implementing?.contract === undefined) return false;
  try {
    const settings = await host.port(PluginSettings, 'plugin-settings');
    return (await settings?.switchedOff())?.includes(implementing.name) ?? false;
  } catch (error) {
    host.log.warn({ error, plugin: implementing.name }, 'it cannot be known whether a plug-in is switched off');
    return false;
  }
}
