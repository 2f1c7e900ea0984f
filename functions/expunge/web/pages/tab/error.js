// The errors of work in the tab.

export class TabError extends Error {
  // `code`: a word; codes of the service's problems mean the same here.
  // `useServer`: whether the service may do what the tab cannot.
  constructor(code, message, useServer) {
    super(message);
    this.name = "TabError";
    this.code = code;
    this.useServer = useServer;
  }
}

export const MESSAGES = {
  tab_unsupported: "This browser cannot work on images itself. Send the image to the service, or use a current browser.",
  tab_crashed: "The work in this tab failed, perhaps for want of memory. Send the image to the service.",
  offline: "You are offline, and this page has not loaded what it needs to work on this device. Connect once, then try again.",
  tab_load_failed: "What this page needs to work on this device could not be loaded. Try again, or send the image to the service.",
};

export const failure = (code) => new TabError(code, MESSAGES[code], true);

export function loadFailure() {
  return navigator.onLine === false
    ? new TabError("tab_load_failed", MESSAGES.offline, false)
    : failure("tab_load_failed");
}
