import { type Html, html, trusted } from "../html";

const DEFINITIONS: readonly (readonly [term: string, meaning: string])[] = [
  ["Top-1 Cls", "Share of images whose most probable class is the labelled one, or one of several."],
  [
    "GT-known Loc",
    "MaxBoxAcc at IoU 0.5. The score map is that of the <em>labelled</em> class. It is cut at a threshold, the component of largest contour area is boxed, and the image counts where that box and a true box have an IoU of at least 0.5. One threshold holds for the whole split.",
  ],
  [
    "Best threshold",
    "The threshold with the highest rate <em>on the evaluated split itself</em>: an oracle, as in the literature, and thus an upper bound. The honest figure stands beside it as <em>of val</em>: at the threshold that was best on <code>val</code>, applied to the evaluated split; there is none where no threshold hits an image of <code>val</code>. Runs are ranked by it where all have one.",
  ],
  ["Sigma", "A threshold fixed beforehand, applied as it is. The paper uses 0.15 on CUB."],
  [
    "Top-1 Loc",
    "GT-known Loc where the most probable class is also the labelled one. Score map, box and IoU are the same as above.",
  ],
  [
    "MaxBoxAccV2",
    "Boxes of all components; a hit if any of them reaches the IoU. Mean over IoU 0.3, 0.5 and 0.7, each level at its own best threshold.",
  ],
  [
    "PxAP",
    "Average precision of the score map's pixels against the masks, pooled over the split, ignored pixels left out. No threshold is chosen.",
  ],
  [
    "Several classes",
    "Where images have several classes, box rates and PxAP are of the pairs of an image and a class that it has, each with that class's score map, boxes and mask; Top-1 Loc asks that the most probable class is that of the pair. mPxAP is the mean over the classes of the PxAP of the images that have the class.",
  ],
  [
    "Entropy",
    "H(p) of the softmax prediction, mean over the images: in nats, and as a share of log C, the entropy of a uniform guess among C classes. Under <code>bce</code> each class has a probability of its own: the mean over the classes of its binary entropy, as a share of log 2.",
  ],
  [
    "Effective ε",
    "The label smoothing that the entropy term amounts to: λk / (1 + λk), with k = 1, C or C·B for C classes and B images of a step, for the reductions <code>mean</code>, <code>class-sum</code> and <code>sum</code>.",
  ],
  [
    "Pictures",
    "Here the box is that of the <em>predicted</em> class, as in use, cut at the best threshold on <code>val</code>, else at sigma. The IoU is the best with any true box.",
  ],
];

/** What each figure means: which class, which threshold, which split. */
export function definitions(): Html {
  return html`<dl>${DEFINITIONS.map(([term, meaning]) => html`<dt>${term}</dt><dd>${trusted(meaning)}</dd>`)}</dl>`;
}
