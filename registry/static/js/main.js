// What scripts add to pages that work without them.
import "./enabled.js";
import htmx from "htmx.org";
import { createAll, Button, Checkboxes, ErrorSummary, Radios, SkipLink } from "govuk-frontend";
import { enhanceGrids } from "./grid.js";
import { enhancePrint } from "./paper.js";

const components = [Button, Checkboxes, ErrorSummary, Radios, SkipLink];

function enhance(scope) {
  for (const component of components) createAll(component, {}, scope);
  enhanceGrids(scope);
  enhancePrint(scope);
}

window.htmx = htmx;
enhance(document.body);
htmx.onLoad((added) => {
  if (added !== document.body) enhance(added);
});
