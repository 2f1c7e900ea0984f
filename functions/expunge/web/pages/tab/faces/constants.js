// The constants of face detection and masking. Each is the same as in the service's modules below
// imaging/faces, which explain them; a test compares every one.

// plans.py
export const GLANCE = 320;
export const OVERVIEW = 640;
export const GLANCE_ALONE = 384;
export const LEAST_FAST = 768;
export const ENLARGED = 1024;
export const DETAIL = 1280;
export const MICROSCOPE = 2048;
export const TILE = 1024;
export const OVERLAP = 128;
export const MAX_ENLARGED = 2.0;
export const SMALL = 20.0;
export const NATIVE = 0.6;
export const CLOSER = 1.25;
export const CLOSEST = 1.5;
export const MAX_TILES = 12;
export const AROUND = 8.0;
export const LEAST_SMALL = 8.0;
export const DEFAULT_CONFIDENCE = 0.3;
export const HIDING_CONFIDENCE = { fast: 0.15, balanced: 0.1, thorough: 0.1 };

// finding.py
export const SURE = 0.5;
export const UPRIGHT = 0.7;
export const FLOOR = 0.15;
export const ASKING = 0.2;
export const CLEAR = 0.3;
export const TALL = 32.0;

// doubt.py
export const DOUBTFUL = 0.7;
export const REACH = 1.4;
export const SIDE = 160;
export const MOST = 32;
export const FAINT = 0.2;
export const LIKELY = 3.0;
export const LEFT = 0.1;

// looking.py
export const MAX_A_PART = 1_000;

// levels.py
export const NARROW = 64;
export const SAMPLED = 128;
export const TAIL = 100;
export const STEEPEST = 32;
export const LUMA = [77, 150, 29];

// leaning.py
export const CERTAIN = 0.3;
export const LEANING = [0.45, 2.5];
export const ASKING_SHARE = 4;
export const COSINE = 46_341;
export const TURNED_SIDE = 1280;
export const GREY = 110;

// confidence.py
export const SURE_SIZES = [16.0, 512.0];
export const SAME = 0.3;

// suppression.py
export const MAX_CANDIDATES = 4_000;
export const INSIDE = 0.7;

// centerface.py
export const STRIDE = 4;
export const LONGEST = 8.0;

// regions.py
export const STRETCH = 1.09;
export const FEATHER = 0.08;

// choices.py
export const DEFAULT_STRENGTH = 199;

// fills.py
export const SIGMA = 0.3;
export const BLOCK = 1 / 6;
export const WORKING = 12;
export const FILL_SIDE = 24; // _RING there

// masking.py
export const RING = 0.2;
