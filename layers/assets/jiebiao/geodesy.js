/* Approximate figures while the hand is still moving: Gauss-Krueger plane of the township's zone on the CGCS2000
   ellipsoid, Krueger's series to n^4. The figure of record comes from the server afterwards. */
const A = 6378137.0, F = 1 / 298.257222101, FALSE_EASTING_M = 500000;
const N = F / (2 - F), RADIUS = (A / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
const ALPHA = [
  N / 2 - (2 / 3) * N ** 2 + (5 / 16) * N ** 3 + (41 / 180) * N ** 4,
  (13 / 48) * N ** 2 - (3 / 5) * N ** 3 + (557 / 1440) * N ** 4,
  (61 / 240) * N ** 3 - (103 / 140) * N ** 4,
  (49561 / 161280) * N ** 4,
];
const E1 = Math.sqrt(F * (2 - F));

export function gaussKrueger(lonDeg, latDeg, centralMeridianDeg) {
  const phi = (latDeg * Math.PI) / 180, lambda = ((lonDeg - centralMeridianDeg) * Math.PI) / 180;
  const tau = Math.tan(phi), sigma = Math.sinh(E1 * Math.atanh((E1 * tau) / Math.hypot(1, tau)));
  const conformal = tau * Math.hypot(1, sigma) - sigma * Math.hypot(1, tau);
  const xi = Math.atan2(conformal, Math.cos(lambda)), eta = Math.asinh(Math.sin(lambda) / Math.hypot(conformal, Math.cos(lambda)));
  let northing = xi, easting = eta;
  ALPHA.forEach((a, j) => {
    const k = 2 * (j + 1);
    northing += a * Math.sin(k * xi) * Math.cosh(k * eta);
    easting += a * Math.cos(k * xi) * Math.sinh(k * eta);
  });
  return { easting: FALSE_EASTING_M + RADIUS * easting, northing: RADIUS * northing };
}

export function lengthM(latlngs, meridian, closed) {
  const pts = latlngs.map((p) => gaussKrueger(p.lng, p.lat, meridian));
  let total = 0;
  for (let i = 1; i < pts.length; i += 1) total += Math.hypot(pts[i].easting - pts[i - 1].easting, pts[i].northing - pts[i - 1].northing);
  if (closed && pts.length > 2) total += Math.hypot(pts[0].easting - pts.at(-1).easting, pts[0].northing - pts.at(-1).northing);
  return total;
}

export function areaM2(latlngs, meridian) {
  const pts = latlngs.map((p) => gaussKrueger(p.lng, p.lat, meridian));
  if (pts.length < 3) return 0;
  const e0 = pts[0].easting, n0 = pts[0].northing;
  let twice = 0;
  pts.forEach((p, i) => {
    const q = pts[(i + 1) % pts.length];
    twice += (p.easting - e0) * (q.northing - n0) - (q.easting - e0) * (p.northing - n0);
  });
  return Math.abs(twice) / 2;
}

export function thousands(value, digits) {
  return value.toFixed(digits).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",");
}
