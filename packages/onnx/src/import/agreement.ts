// How alike two models rank: Kendall's tau (1938), in the form that allows for ties (tau-b).

/** 1 when both order all pairs alike, -1 when each is the other's reverse; ties of one count half against. */
export function kendallTau(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [concordant, discordant, onlyA, onlyB] = [0, 0, 0, 0]
  for (let i = 0; i < a.length; i++)
    for (let j = i + 1; j < a.length; j++) {
      const [x, y] = [a[i]! - a[j]!, b[i]! - b[j]!]
      if (x === 0 && y === 0) continue
      if (x === 0) onlyB++
      else if (y === 0) onlyA++
      else if (x > 0 === y > 0) concordant++
      else discordant++
    }
  const ordered = concordant + discordant
  const all = Math.sqrt((ordered + onlyA) * (ordered + onlyB))
  return all === 0 ? 1 : (concordant - discordant) / all
}
