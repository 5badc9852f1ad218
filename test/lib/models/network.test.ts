import { describeClassifier, isClassifierTensor } from "../../../lib/models/network";

test("knows the classifier's tensors of every naming scheme, and no others", () => {
  const names = ["fc.weight", "fc.bias", "head.fc.weight", "classifier_A.0.bias", "classifier_B.4.weight"];
  expect(names.filter(isClassifierTensor)).toEqual(names);
  const others = [
    "layer4.1.conv2.weight",
    "norm.bias",
    "classifier_C.0.bias",
    "classifier_A.1.bias",
    "momentum.fc.weight",
  ];
  expect(others.filter(isClassifierTensor)).toEqual([]);
});

test.each([
  ["fc.weight", [7, 512], "none"],
  ["head.fc.weight", [7, 512, 1, 1], "none"],
  ["classifier_A.4.weight", [7, 1024, 1, 1], "acol"],
])("reads the number of classes and the method off %s", (name, shape, method) => {
  const tensors = [
    { name: "conv1.weight", shape: [64, 3, 7, 7] },
    { name, shape },
  ];
  expect(describeClassifier(tensors)).toEqual({ numClasses: 7, method });
});

test("finds no classifier where there is none", () => {
  expect(describeClassifier([{ name: "classifier_A.0.weight", shape: [1024, 512, 3, 3] }])).toBeNull();
});
