import type { Random } from "../random";
import { badgeOf } from "./badges";
import { DIFFICULTY } from "./difficulty";
import { drawDistractors } from "./distractors";
import { Drawing } from "./drawing";
import { drawFish, type Pose } from "./fish";
import { paintScene, SCENE_COUNT } from "./scenes";

export interface RenderedImage {
  /** RGB, 8 bit, side x side x 3. */
  readonly image: Uint8Array;
  /** 255 on the fish, else 0; side x side. */
  readonly mask: Uint8Array;
}

/** Draws the image that belongs to a label and a random stream. The fish lies wholly inside. */
export function renderImage(side: number, label: number, random: Random): RenderedImage {
  const drawing = new Drawing(side);
  const scene = random.float() < DIFFICULTY.sceneCorrelation ? label % SCENE_COUNT : random.below(SCENE_COUNT);
  paintScene(drawing, scene, random);
  drawDistractors(drawing, random);
  const mask = drawFish(drawing, randomPose(side, random), badgeOf(label), bodyHue(label, random), random);
  const exposure = random.between(0.85, 1.12);
  drawing.adjust((value) => value * exposure + DIFFICULTY.grain * gaussian(random));
  return { image: drawing.toBytes(), mask };
}

function randomPose(side: number, random: Random): Pose {
  const [shortest, longest] = DIFFICULTY.fishLength;
  const scale = (side * random.between(shortest, longest)) / 2.05;
  const tilt = random.between(-1, 1) * DIFFICULTY.tilt;
  // Half the extent of a fish of 2.2 x 0.8 units once tilted, so that nothing is cut off at the border.
  const halfWidth = scale * (1.1 * Math.cos(tilt) + 0.4 * Math.abs(Math.sin(tilt)));
  const halfHeight = scale * (0.4 * Math.cos(tilt) + 1.1 * Math.abs(Math.sin(tilt)));
  return {
    x: random.between(halfWidth, side - halfWidth),
    y: random.between(halfHeight, side - halfHeight),
    scale,
    tilt,
    facesLeft: random.below(2) === 1,
  };
}

/** Classes have typical hues, spread over the circle, which individuals often ignore. */
function bodyHue(label: number, random: Random): number {
  const typical = (label * 0.618034) % 1;
  return random.float() < DIFFICULTY.bodyHint ? typical + random.between(-0.04, 0.04) : random.float();
}

/** Nearly normal with variance 1: the sum of the four bytes of one draw. */
function gaussian(random: Random): number {
  const draw = random.uint32();
  const sum = (draw & 255) + ((draw >>> 8) & 255) + ((draw >>> 16) & 255) + (draw >>> 24);
  return (sum - 510) / BYTE_SUM_DEVIATION;
}

/** Of four independent uniform bytes: sqrt(4 (256^2 - 1) / 12). */
const BYTE_SUM_DEVIATION = 147.8;
