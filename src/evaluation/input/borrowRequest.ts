/** What is installed in a checkout, to be linked into a laid-out tree. */
export interface BorrowRequest {
  /** Real path of the checkout. */
  readonly donor: string;
  /** Real path of the laid-out tree. */
  readonly directory: string;
  /** Folders of the tree, relative, the root as an empty text. */
  readonly folders: readonly string[];
}
