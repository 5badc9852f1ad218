import { readHeader } from "../../../../../../lib/data/prepare/folder/boxes/csv-columns";

const header = (text: string) => readHeader(text.split(","));

test.each([
  ["image,x0,y0,x1,y1", { image: 0, box: [1, 2, 3, 4], hasSides: false }],
  [
    "filename,width,height,class,xmin,ymin,xmax,ymax",
    { image: 0, box: [4, 5, 6, 7], hasSides: false, className: 3, size: [1, 2] },
  ],
  ["label,file,x1,y1,x2,y2", { image: 1, box: [2, 3, 4, 5], hasSides: false, className: 0 }],
  ["Path , X , Y , W , H", { image: 0, box: [1, 2, 3, 4], hasSides: true }],
  ["image name,x,y,width,height", { image: 0, box: [1, 2, 3, 4], hasSides: true }],
  [
    "label_name,bbox_x,bbox_y,bbox_width,bbox_height,image_name,image_width,image_height",
    { image: 5, box: [1, 2, 3, 4], hasSides: true, className: 0, size: [6, 7] },
  ],
  ["id,left,top,right,bottom,comment", { image: 0, box: [1, 2, 3, 4], hasSides: false }],
  ["image_id,x_min,y_min,x_max,y_max,category", { image: 0, box: [1, 2, 3, 4], hasSides: false, className: 5 }],
])("understands %s", (text, wanted) => {
  expect(header(text)).toEqual({ isHeader: true, columns: { className: null, size: null, ...wanted } });
});

test("an image and four numbers are a box without a header, in the corners of the layout", () => {
  const columns = { image: 0, box: [1, 2, 3, 4], hasSides: false, className: null, size: null };
  expect(header("a.jpg,1,2.5,-3,4e2")).toEqual({ isHeader: false, columns });
});

test.each([
  [
    "six fields without a header",
    "a.jpg,1,2,3,4,0",
    "without a header, expected lines 'image,x0,y0,x1,y1', got 6 fields",
  ],
  ["no column for the image", "x0,y0,x1,y1,class", "has no column for the image"],
  ["three coordinates", "image,x0,y0,x1", "has no four columns of a box"],
  ["centres", "image,cx,cy,w,h", "has no four columns of a box"],
  ["corners in two ways", "image,x0,y0,x1,y1,x2,y2", "has corners in more than one way"],
  ["two origins", "image,x,y,left,top,w,h", "has no four columns of a box"],
  ["a column twice", "image,x0,x0,y0,x1,y1", "has the column 'x0' twice"],
  [
    "names that are none",
    "a,b,c,d,e",
    "expected image,x0,y0,x1,y1 (or xmin,ymin,xmax,ymax, or x,y,width,height), and class where wanted, got 'a,b,c,d,e'",
  ],
])("refuses %s", (_, text, message) => {
  expect(() => header(text)).toThrow(message);
});
