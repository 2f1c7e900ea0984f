// Before and after in one place: a slider between them, zoom and pan, and the difference.

import { h, iconButton } from "../design/dom.js";
import { Difference } from "./difference.js";
import { Viewport } from "./viewport.js";

const VIEWS = { split: "Compare", before: "Before", after: "After", difference: "Difference" };

export class Compare {
  constructor() {
    this.before = h("img", { alt: "", draggable: "false" });
    this.after = h("div", { class: "after" });
    this.difference = new Difference();
    this.plane = h("div", { class: "plane" }, this.before, this.after, this.difference.canvas);
    this.slider = h("input", {
      type: "range", min: "0", max: "100", step: "1", value: "50", class: "slider",
      "aria-label": "Position between before and after", oninput: () => this.#divide(),
    });
    this.line = h("div", { class: "divider", "aria-hidden": "true" }, h("span", { class: "grip" }));
    this.overlay = h("div", { class: "overlay" });
    this.labels = [h("span", { class: "label before" }, "Before"), h("span", { class: "label after" }, "After")];
    this.view = h("div", { class: "view", tabindex: "0", role: "group", "aria-label": "Image. Plus and minus zoom, the arrow keys move, 0 fits." },
      this.plane, this.line, this.slider, ...this.labels, this.overlay);
    this.zoom = h("output", { class: "zoom" });
    this.viewport = new Viewport(this.view, this.plane, () => this.#placed());
    this.buttons = Object.entries(VIEWS).map(([name, words]) => h("button", { type: "button", "data-view": name, onclick: () => this.look(name) }, words));
    this.said = h("p", { class: "said soft", role: "status" });
    this.tools = h("div", { class: "tools" },
      h("div", { class: "segments", role: "group", "aria-label": "View" }, ...this.buttons), this.said,
      h("div", { class: "row zooming" },
        iconButton("Zoom out", "minus", () => this.viewport.zoomBy(1 / 1.4)), this.zoom,
        iconButton("Zoom in", "add", () => this.viewport.zoomBy(1.4)), iconButton("Fit", "fit", () => this.viewport.fit())));
    this.element = h("div", { class: "compare" }, this.view, this.tools);
    this.#dragDivider();
  }

  /** Show an image; `after` is an element of the same picture, or null. */
  async show(before, after, { keep = false } = {}) {
    this.before.hidden = !before;
    if (before && this.before.src !== before) this.before.src = before;
    this.after.replaceChildren(...(after ? [after] : []));
    this.hasAfter = Boolean(after);
    const sized = before ? this.before : after;
    if (sized instanceof HTMLImageElement) await sized.decode().catch(() => {});
    const [width, height] = [sized?.naturalWidth || sized?.width || 0, sized?.naturalHeight || sized?.height || 0];
    if (width) this.viewport.resize(width, height, keep);
    this.difference.clear();
    const only = before ? "before" : "after";
    this.look(!after || !before ? only : keep && this.mode !== "before" ? this.mode : "split");
    return width > 0;
  }

  look(mode) {
    const both = this.hasAfter && !this.before.hidden;
    this.mode = both || mode === (this.hasAfter ? "after" : "before") ? mode : "before";
    this.element.dataset.view = this.mode;
    for (const one of this.buttons) {
      one.setAttribute("aria-pressed", String(one.dataset.view === this.mode));
      one.disabled = !both && one.dataset.view !== this.mode;
    }
    this.slider.hidden = this.line.hidden = this.mode !== "split";
    for (const [index, name] of ["before", "after"].entries()) this.labels[index].hidden = ![name, "split"].includes(this.mode) || !both;
    this.difference.canvas.hidden = this.mode !== "difference";
    this.said.textContent = this.mode === "difference" ? this.difference.of(this.before, this.after.firstElementChild) : "";
    this.#divide();
  }

  #placed() {
    this.zoom.textContent = `${Math.round(this.viewport.scale * 100 * (window.devicePixelRatio || 1))} %`;
    this.#divide();
    this.element.dispatchEvent(new CustomEvent("placed"));
  }

  #divide() {
    const width = this.view.clientWidth;
    const at = (Number(this.slider.value) / 100) * width;
    this.line.style.left = `${at}px`;
    const clip = this.mode === "split" ? Math.max(0, this.viewport.toImage(at, 0).x) : 0;
    this.after.style.clipPath = `inset(0 0 0 ${clip}px)`;
    this.slider.setAttribute("aria-valuetext", `${this.slider.value} % before`);
  }

  #dragDivider() {
    this.line.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      event.preventDefault();
      this.line.setPointerCapture(event.pointerId);
    });
    this.line.addEventListener("pointermove", (event) => {
      if (!this.line.hasPointerCapture(event.pointerId)) return;
      const { left, width } = this.view.getBoundingClientRect();
      this.slider.value = String(Math.round(((event.clientX - left) / width) * 100));
      this.#divide();
    });
  }
}
