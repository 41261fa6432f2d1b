import { files } from "wix-media.v2";
