import type { TimelineNode } from '../../src/model/timelineTree';
import type { TimelineIteration, TimelineSpan } from '../../src/protocol/sessionTimeline';

/** A step or an iteration in the page's tree. */
export type Node = TimelineNode<TimelineSpan, TimelineIteration>;
