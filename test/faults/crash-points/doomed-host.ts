// A process of the product that dies at a point of its work when it is told to.
import './seam.ts';
import '../../split/host-process.ts';
