// Tables of inputs, one row one weigh ticket: Enter goes to the next row, values carry down, a block pastes, sums show.
// Everything computed here is only a preview; the server computes again. Whole numbers (BigInt) only, never floating point.

const SCALE = 6;
const UNIT = 10n ** BigInt(SCALE);

// "1,234.5" or full-width digits → BigInt of millionths; null when it is no number.
export function scaled(text) {
  const plain = text.normalize("NFKC").replace(/[,\s]/g, "");
  const match = /^([+-]?)(\d+)(?:\.(\d{0,6}))?$/.exec(plain);
  if (!match) return null;
  const digits = BigInt(match[2] + (match[3] ?? "").padEnd(SCALE, "0"));
  return match[1] === "-" ? -digits : digits;
}

// BigInt of millionths → "1,234.50", half away from zero.
export function shown(value, places = 2) {
  const step = 10n ** BigInt(SCALE - places);
  const size = value < 0n ? -value : value;
  const digits = ((size + step / 2n) / step).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = value < 0n && /[1-9]/.test(digits) ? "−" : "";
  return `${sign}${whole}.${digits.slice(digits.length - places)}`;
}

const rowsOf = (table) => [...table.tBodies[0].rows];
const fieldsOf = (row) => [...row.querySelectorAll("input:not([type=hidden]), select")];
const part = (row, name) => row.querySelector(`[data-part="${name}"]`);

function amount(row, name) {
  const field = part(row, name);
  if (!field) return 0n;
  const text = field.value.trim();
  return text === "" ? 0n : scaled(text);
}

function show(row, name, value) {
  const output = part(row, name);
  if (output) output.textContent = value === null ? "—" : shown(value);
}

function compute(table) {
  const totals = { net: 0n, amount: 0n };
  for (const row of rowsOf(table)) {
    const [gross, tare, deduct, price] = ["gross", "tare", "deduct", "price"].map((name) => amount(row, name));
    const known = gross !== null && tare !== null && deduct !== null && gross > 0n;
    const net = known ? gross - tare - deduct : null;
    const value = known && price !== null && price > 0n ? (net * price) / UNIT : null;
    show(row, "net", net);
    show(row, "amount", value);
    totals.net += net ?? 0n;
    totals.amount += value ?? 0n;
  }
  for (const [name, value] of Object.entries(totals)) {
    const output = table.tFoot?.querySelector(`[data-total="${name}"]`);
    if (output) output.textContent = shown(value);
  }
}

function move(table, field, step) {
  const rows = rowsOf(table);
  const row = field.closest("tr");
  const next = rows[rows.indexOf(row) + step];
  const target = next && fieldsOf(next)[fieldsOf(row).indexOf(field)];
  if (!target) return false;
  target.focus();
  target.select?.();
  return true;
}

function carry(table, field) {
  if (!field.matches("[data-carry]") || field.value !== "") return;
  const rows = rowsOf(table);
  const row = field.closest("tr");
  const above = rows[rows.indexOf(row) - 1];
  const source = above && fieldsOf(above)[fieldsOf(row).indexOf(field)];
  if (!source) return;
  field.value = source.value;
  compute(table);
}

function paste(table, event) {
  const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
  const field = event.target.closest("input, select");
  if (!field || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const rows = rowsOf(table);
  const row = field.closest("tr");
  const column = fieldsOf(row).indexOf(field);
  text.split(/\r?\n/).forEach((line, down) => {
    const target = rows[rows.indexOf(row) + down];
    if (!target) return;
    const fields = fieldsOf(target);
    line.split("\t").forEach((cell, right) => {
      if (fields[column + right]) fields[column + right].value = cell.trim();
    });
  });
  compute(table);
}

function keydown(table, event) {
  const field = event.target;
  if (!field.matches("input, select")) return;
  if (event.key === "Enter" && move(table, field, event.shiftKey ? -1 : 1)) event.preventDefault();
  if (field.matches("select")) return;
  if (event.key === "ArrowDown" && move(table, field, 1)) event.preventDefault();
  if (event.key === "ArrowUp" && move(table, field, -1)) event.preventDefault();
}

export function enhanceGrids(scope) {
  for (const table of scope.querySelectorAll("table[data-grid]")) {
    table.addEventListener("keydown", (event) => keydown(table, event));
    table.addEventListener("focusin", (event) => carry(table, event.target));
    table.addEventListener("input", () => compute(table));
    table.addEventListener("paste", (event) => paste(table, event));
    compute(table);
  }
}
