import { GALLERY_IDS, type GalleryData } from "../gallery-data";
import { Gallery } from "./gallery";

const data = document.getElementById(GALLERY_IDS.data);
const root = document.getElementById(GALLERY_IDS.root);
if (data !== null && root !== null) new Gallery(root, JSON.parse(data.textContent ?? "") as GalleryData);
