/** Where the identity provider sends the browser back to. */
export const CALLBACK = "/signed-in";
