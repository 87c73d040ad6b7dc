// Prints addresses that ICU takes for the same at strength 2, as MongoDB's collations do, and Python does not.
const plain = "ann.fi2e@firm.example";
const variants = [
  "ann\u200b.fi2e@firm.example", // zero width space
  "ann\u00ad.fi2e@firm.example", // soft hyphen
  "\ufeffann.fi2e@firm.example", // byte order mark
  "ann\u200d.fi2e@firm.example", // zero width joiner
  "ann.fi2e@firm.example\u200e", // left-to-right mark
  "ann\u0001.fi2e@firm.example", // a control character
  "\uff41nn.fi2e@firm.example", // a full-width letter
  "ann.\ufb012e@firm.example", // a ligature
  "ann.fi\u00b2e@firm.example", // a superscript
  "\u2090nn.fi2e@firm.example", // a subscript
];
const accented = ["ren\u00e9@firm.example", "rene\u0301@firm.example"]; // composed and not
const collator = new Intl.Collator("en", { sensitivity: "accent" });
const pairs = [...variants.map((variant) => [plain, variant]), accented];
console.log(JSON.stringify(pairs.filter(([one, other]) => collator.compare(one, other) === 0)));
