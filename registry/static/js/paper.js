// Buttons that open the browser's print dialogue: <button type="button" data-print hidden>.
export function enhancePrint(scope) {
  for (const button of scope.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
