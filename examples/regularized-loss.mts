// What the entropy term does to the loss and to the gradient of one prediction, and how strong it is in each reduction.
// Usage: node build/examples/regularized-loss.mjs
import { regularizedLoss } from "entropy-wsol";

const logits = [
  [4, 0, 0, 0],
  [1, 3, 0, 1],
];
const targets = [0, 1];

for (const lambda of [0, 0.1, 1]) {
  const { loss, crossEntropy, entropy, gradient } = regularizedLoss(logits, targets, { lambda });
  const [ofLabel] = gradient;
  console.log(
    `lambda ${lambda}: loss ${loss.toFixed(4)} = cross-entropy ${crossEntropy.toFixed(4)} + term, ` +
      `entropy ${entropy.toFixed(4)}, gradient of the first label's logit ${ofLabel?.toFixed(4)}`,
  );
}

console.log("the label smoothing that lambda = 0.1 amounts to:");
for (const reduction of ["mean", "class-sum", "sum"] as const) {
  const { effectiveEps } = regularizedLoss(logits, targets, { lambda: 0.1, reduction });
  console.log(`  ${reduction.padEnd(9)} eps = ${effectiveEps?.toFixed(4)}`);
}
