/**
 * Loads the page anew when the server, back after a while, brings another release of it: a screen that nobody ever
 * reloads must not speak last year's language with it.
 */
export async function reloadIfNewer(): Promise<void> {
  const ours = document.querySelector<HTMLMetaElement>('meta[name="release"]')?.content;
  try {
    const response = await fetch('/kitchen', { cache: 'no-store' });
    const theirs = /<meta name="release" content="([^"]+)"/.exec(await response.text())?.[1];
    if (theirs && theirs !== ours) location.reload();
  } catch {
    // The link is gone again; the next time it comes back this is asked again.
  }
}
