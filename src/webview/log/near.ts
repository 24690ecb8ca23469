type Item = HTMLElementTagNameMap["vscode-tree-item"];

/** Where one is in a tree whose items come and go. */
export interface Nearness {
  /**
   * Remembers it. What is returned leads to the item next to it if that has gone since: the tree itself knows of no
   * other then, and takes no key.
   */
  stay(): () => void;
}

/** @param leave gives the focus to something else where no item is left */
export function createNearness(tree: HTMLElement, leave: () => void): Nearness {
  const items = (): Item[] => [...tree.querySelectorAll("vscode-tree-item")];
  const activeItem = () => items().find(({ active }) => active);
  /** Tab comes to an item only, and to none that is within another: that is passed over with all that it holds. */
  const rest = (item = items()[0]): void => {
    const top = item && outermost(item, tree);
    if (top) top.active = true;
  };

  tree.addEventListener("focusout", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && tree.contains(relatedTarget))) rest(activeItem());
  });

  return {
    stay() {
      const held = document.activeElement;
      const focused = held && tree.contains(held) ? held.closest("vscode-tree-item") : null;
      const at = focused ?? activeItem();
      const near = at ? nearest(at, tree) : [];
      return () => {
        if (at?.isConnected) return;
        const to = near.find(({ isConnected }) => isConnected) ?? items()[0];
        if (!focused || !document.hasFocus()) return rest(to);
        if (!to) return leave();
        to.active = true;
        to.focus();
      };
    },
  };
}

/** What is next to an item: those after it, those before it, what it is part of, and what is next to that. */
function nearest(item: Item, tree: HTMLElement): Item[] {
  const parent = item.parentElement;
  const beside = [...(parent?.children ?? [])].filter((one): one is Item => one.matches("vscode-tree-item"));
  const at = beside.indexOf(item);
  const near = [...beside.slice(at + 1), ...beside.slice(0, at).reverse()];
  const within = around(item, tree);
  return within ? [...near, within, ...nearest(within, tree)] : near;
}

function outermost(item: Item, tree: HTMLElement): Item {
  const within = around(item, tree);
  return within ? outermost(within, tree) : item;
}

function around(item: Item, tree: HTMLElement): Item | null {
  const within = item.parentElement?.closest("vscode-tree-item") ?? null;
  return tree.contains(within) ? within : null;
}
