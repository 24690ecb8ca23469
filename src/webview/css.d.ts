/** Stylesheets are bundled into dashboard.css. */
declare module "*.css";
