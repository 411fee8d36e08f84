/* pure.ts - a component that is drawn again only when one of its properties is another value. Moving the cursor changes two rows of the
 * list, so two rows are drawn. */
import { Component, h, type FunctionComponent } from "preact";

export function pure<P extends object>(draw: FunctionComponent<P>) {
  return class extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const now = this.props as P;
      const names = new Set([...Object.keys(now), ...Object.keys(next)]) as Set<keyof P>;
      return [...names].some((name) => name !== "children" && !Object.is(now[name], next[name]));
    }
    override render() { return h(draw, this.props as P); }
  };
}
