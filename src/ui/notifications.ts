/** What the browser shows outside of the page. */

/** Whether this browser can show any. */
export function canNotify(): boolean {
  return 'Notification' in window;
}

/** Whether it may, as far as the person was asked. */
export function isAllowedToNotify(): boolean {
  return canNotify() && Notification.permission === 'granted';
}

/** Asks the person, through the browser, where that was not done before; true if they may be shown. */
export async function mayNotify(): Promise<boolean> {
  return (await Notification.requestPermission()) === 'granted';
}

/** Shows one that leads back to the page when it is pressed. */
export function notify(title: string, body: string): void {
  if (!isAllowedToNotify()) return;
  try {
    const shown = new Notification(title, { body, icon: '/icon-192.png' });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
  } catch {
    // Android lets only a service worker show them.
    void navigator.serviceWorker.ready.then((keeper) => keeper.showNotification(title, { body }));
  }
}
