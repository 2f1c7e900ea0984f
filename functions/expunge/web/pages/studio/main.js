// The studio: images come in, are shown, told about, and worked on.

import { $ } from "../design/dom.js";
import { confirmed } from "../design/dialog.js";
import { settings } from "./choose-panel.js";
import { saveAll } from "./downloads.js";
import { filmstrip } from "./filmstrip.js";
import { intake } from "./intake.js";
import { added, changed, current, items, removed, studio } from "./items.js";
import { panel } from "./panel.js";
import { purposeField } from "./purpose.js";
import { stage } from "./stage.js";
import { abilities } from "./tab.js";
import { tell } from "./telling.js";
import { workspace } from "./workspace.js";

stage();
filmstrip();
panel();
purposeField();
workspace();

intake((sources) => {
  const fresh = added(sources, settings);
  abilities().then((tab) => fresh.forEach((item) => changed(item, { tab })));
  fresh.forEach(tell);
});

const arranged = () => {
  document.documentElement.dataset.state = items.length ? "open" : "empty";
  const done = items.filter((item) => item.result?.blob);
  $("#save-all").hidden = done.length < 2;
  $("#save-all-count").textContent = `Download all ${done.length} as ZIP`;
};
studio.addEventListener("list", arranged);
studio.addEventListener("item", arranged);

$("#save-all").addEventListener("click", () => saveAll(items.map((item) => item.result).filter((result) => result?.blob)));
$("#clear").addEventListener("click", async () => {
  const unsaved = items.some((item) => item.result);
  if (!unsaved || await confirmed("Clear the list?", "The images and their results are taken off this page. Files that you saved stay.", "Clear")) removed(...items);
});
window.addEventListener("online", () => current() && changed(current(), {}));
