// Calls of one kind, done by one worker, one after the other.
//
// The worker starts with the first call and stays. Work in it cannot be interrupted, so cancelling
// the call that runs ends the worker; the calls that wait then get a new one.

import { TabError, failure, loadFailure } from "./error.js";
import { filesOf } from "./files.js";

export class Lane {
  #task;
  #script;
  #worker = null;
  #waiting = [];
  #running = null;

  constructor(task, script) {
    this.#task = task;
    this.#script = script;
  }

  // Call a function of the worker with values that can be cloned.
  call(name, values, { signal, onProgress } = {}) {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const call = { name, values, onProgress, resolve, reject };
      signal?.addEventListener("abort", () => this.#cancel(call, signal.reason), { once: true });
      this.#waiting.push(call);
      this.#next();
    });
  }

  async #next() {
    if (this.#running || !this.#waiting.length) return;
    const call = this.#waiting.shift();
    this.#running = call;
    try {
      const files = await filesOf(this.#task);
      if (this.#running !== call) return; // cancelled meanwhile
      this.#worker ??= this.#started(files);
      this.#worker.postMessage({ name: call.name, values: call.values });
    } catch (error) {
      this.#end(call, () => call.reject(error instanceof TabError ? error : failure("tab_crashed")));
    }
  }

  #started(files) {
    const worker = new Worker(this.#script, { type: "module" });
    let answered = false;
    worker.onmessage = ({ data }) => {
      answered = true;
      this.#hear(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#break(answered ? failure("tab_crashed") : loadFailure());
    };
    worker.onmessageerror = () => this.#break(failure("tab_crashed"));
    worker.postMessage({ files });
    return worker;
  }

  #hear({ progress, result, error }) {
    const call = this.#running;
    if (progress) {
      call.onProgress?.(progress);
    } else if (error) {
      const problem = error.message ? new TabError(error.code, error.message, error.useServer) : failure(error.code);
      if (error.fatal) this.#break(problem);
      else this.#end(call, () => call.reject(problem));
    } else {
      this.#end(call, () => call.resolve(result));
    }
  }

  #break(problem) {
    this.#stop();
    const call = this.#running;
    if (call) this.#end(call, () => call.reject(problem));
  }

  #cancel(call, reason) {
    const place = this.#waiting.indexOf(call);
    if (place >= 0) this.#waiting.splice(place, 1);
    call.reject(reason); // nothing happens where the call has ended
    if (this.#running !== call) return;
    this.#stop();
    this.#end(call, () => {});
  }

  #stop() {
    this.#worker?.terminate();
    this.#worker = null;
  }

  #end(call, settle) {
    if (this.#running !== call) return;
    this.#running = null;
    settle();
    this.#next();
  }
}
