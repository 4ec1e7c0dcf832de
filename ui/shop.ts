import "./behaviours/submit";
import "./behaviours/overlay";
import "./behaviours/toast";
import "./behaviours/copy";
import "./behaviours/suggest";
import "./components/field";
import "./components/product";
import "./components/gallery";
