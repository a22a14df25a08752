/** Keeps the screen from going dark, where the browser can: on https and localhost. */
export function stayAwake(): { close(): void } {
  let held: WakeLockSentinel | undefined;

  async function hold(): Promise<void> {
    if (!('wakeLock' in navigator) || document.visibilityState !== 'visible') return;
    // A battery that is low refuses it, which is nothing a cook must hear of.
    held = await navigator.wakeLock.request('screen').catch(() => undefined);
  }

  // A page that was out of sight has lost it.
  document.addEventListener('visibilitychange', hold);
  void hold();
  return {
    close() {
      document.removeEventListener('visibilitychange', hold);
      void held?.release();
    },
  };
}
