//! Lattice reduction, for few terms with large numbers.
//!
//! The integer solutions of Σ aᵢxᵢ = target, bounds aside, are one solution
//! plus a lattice of one dimension less (Aardal, Hurkens and Lenstra). With a
//! short basis of that lattice, reduced in the metric in which the box of the
//! bounds is a cube (Lenstra, Lenstra and Lovász), few combinations of basis
//! vectors come near the box, and they are enumerated from the longest
//! direction inwards.
//!
//! Floating point only guides. It chooses the steps of the reduction, which
//! are exact integer operations, and suggests for each direction a linear
//! functional; its coefficients are then rounded to integers, and all bounds
//! that prune the enumeration follow from them by integer arithmetic, with
//! allowance for what the rounding did. If numbers get too large for that, the
//! method withdraws and another one answers.

#![expect(
    clippy::needless_range_loop,
    reason = "loops over coordinates by their number read as the formulas do"
)]

use super::Answer;
use super::candidates::Candidates;
use super::equation::Term;
use super::work::Work;

/// The most terms it is tried on; with more, other methods are better.
pub(super) const MAX_RANK: usize = 16;
/// Lovász's constant: close to 1 for a well reduced basis.
const DELTA: f64 = 0.99;
/// The weight of the equation grows by this factor until it holds exactly.
const WEIGHT_STEP: f64 = 1024.0;
/// Bits by which the functionals are finer than the box.
const PRECISION: u32 = 20;
/// No intermediate value of the enumeration may exceed this.
const LIMIT: i128 = 1 << 61;
/// What visiting one combination costs.
const NODE: u64 = 8;

type Vector<T> = [T; MAX_RANK];
type Matrix<T> = [Vector<T>; MAX_RANK];

/// A unimodular basis of the integer vectors, on its way to be reduced.
struct Basis {
    rank: usize,
    vectors: Matrix<i64>,
    /// The equation's left side at each vector.
    sums: Vector<i64>,
    /// The inverse matrix: row j tells how often vector j occurs.
    dual: Matrix<i64>,
    /// 1 / upper: makes the box a cube.
    scale: Vector<f64>,
    /// How much a violation of the equation counts.
    weight: f64,
    /// Gram and Schmidt's orthogonal vectors, and the part of each that lies
    /// in the direction of the equation.
    star: Matrix<f64>,
    star_sum: Vector<f64>,
    norm: Vector<f64>,
}

impl Basis {
    fn new(terms: &[Term<i64>]) -> Basis {
        let rank = terms.len();
        let mut basis = Basis {
            rank,
            vectors: [[0; MAX_RANK]; MAX_RANK],
            sums: [0; MAX_RANK],
            dual: [[0; MAX_RANK]; MAX_RANK],
            scale: [0.0; MAX_RANK],
            weight: 0.0,
            star: [[0.0; MAX_RANK]; MAX_RANK],
            star_sum: [0.0; MAX_RANK],
            norm: [0.0; MAX_RANK],
        };
        for (k, term) in terms.iter().enumerate() {
            basis.vectors[k][k] = 1;
            basis.dual[k][k] = 1;
            basis.sums[k] = term.coefficient;
            basis.scale[k] = 1.0 / term.upper as f64;
        }
        basis
    }

    /// Reduces until the equation's left side is 0 at all vectors but the
    /// last, where it is 1. Nothing if the budget or the integers run out.
    fn reduce(&mut self, work: &mut Work) -> Option<()> {
        let largest = *self.sums[..self.rank].iter().max()? as f64;
        let finest = self.scale[..self.rank].iter().copied().fold(1.0, f64::min);
        self.weight = finest / largest;
        let last = self.rank - 1;
        for _ in 0..64 {
            self.weight *= WEIGHT_STEP;
            self.lll(work)?;
            if self.sums[..last].iter().all(|&sum| sum == 0) {
                if self.sums[last] < 0 {
                    self.sums[last] = -self.sums[last];
                    for x in &mut self.vectors[last] {
                        *x = -*x;
                    }
                    for x in &mut self.dual[last] {
                        *x = -*x;
                    }
                }
                return (self.sums[last] == 1).then_some(());
            }
        }
        None
    }

    fn lll(&mut self, work: &mut Work) -> Option<()> {
        self.orthogonalise(0);
        let mut k = 1;
        while k < self.rank {
            if !work.spend((self.rank * self.rank) as u64) {
                return None;
            }
            self.shorten(k)?;
            let along = self.orthogonalise(k);
            if self.norm[k] >= (DELTA - along * along) * self.norm[k - 1] {
                k += 1;
                continue;
            }
            self.vectors.swap(k, k - 1);
            self.dual.swap(k, k - 1);
            self.sums.swap(k, k - 1);
            k -= 1;
            if k == 0 {
                self.orthogonalise(0);
                k = 1;
            }
        }
        Some(())
    }

    /// Vector k in the metric of the cube, and its share of the equation.
    fn scaled(&self, k: usize) -> (Vector<f64>, f64) {
        let mut scaled = [0.0; MAX_RANK];
        for i in 0..self.rank {
            scaled[i] = self.vectors[k][i] as f64 * self.scale[i];
        }
        (scaled, self.sums[k] as f64 * self.weight)
    }

    fn along(&self, (vector, sum): &(Vector<f64>, f64), j: usize) -> f64 {
        let product: f64 = (0..self.rank).map(|i| vector[i] * self.star[j][i]).sum();
        (product + sum * self.star_sum[j]) / self.norm[j]
    }

    /// Computes the orthogonal part of vector k; gives the coefficient of the
    /// one before.
    fn orthogonalise(&mut self, k: usize) -> f64 {
        let mut rest = self.scaled(k);
        let mut along = 0.0;
        for j in 0..k {
            along = self.along(&rest, j);
            for i in 0..self.rank {
                rest.0[i] -= along * self.star[j][i];
            }
            rest.1 -= along * self.star_sum[j];
        }
        self.star[k] = rest.0;
        self.star_sum[k] = rest.1;
        self.norm[k] = rest.0.iter().map(|x| x * x).sum::<f64>() + rest.1 * rest.1;
        along
    }

    /// Subtracts multiples of the earlier vectors from vector k, so that little
    /// of it lies along their orthogonal parts. Large multiples are not exact
    /// at once, hence the repetition.
    fn shorten(&mut self, k: usize) -> Option<()> {
        for _ in 0..32 {
            let mut changed = false;
            for j in (0..k).rev() {
                let along = self.along(&self.scaled(k), j);
                if along.abs() <= 0.51 {
                    continue;
                }
                // A cast saturates; what overflows then is caught below.
                let times = along.round() as i64;
                changed = true;
                for i in 0..self.rank {
                    let less = times.checked_mul(self.vectors[j][i])?;
                    self.vectors[k][i] = self.vectors[k][i].checked_sub(less)?;
                    let more = times.checked_mul(self.dual[k][i])?;
                    self.dual[j][i] = self.dual[j][i].checked_add(more)?;
                }
                let less = times.checked_mul(self.sums[j])?;
                self.sums[k] = self.sums[k].checked_sub(less)?;
            }
            if !changed {
                break;
            }
        }
        Some(())
    }
}

/// What the enumeration needs to know of one direction. The combination is
/// x = origin + Σ mₖ · vectorₖ.
#[derive(Clone, Copy)]
struct Direction {
    vector: Vector<i64>,
    /// The functional's values at the vectors of this and the later directions.
    at: Vector<i64>,
    /// The functional's smallest and largest value over the box, seen from the
    /// origin, with allowance for the earlier directions.
    least: i64,
    most: i64,
    /// Bounds on the multiple that hold whatever the others are.
    low: i64,
    high: i64,
}

/// The reduced problem, ready for enumeration.
pub(super) struct Lattice {
    rank: usize,
    upper: Vector<i64>,
    origin: Vector<i64>,
    directions: [Direction; MAX_RANK],
    /// Whether some direction has no multiple at all.
    impossible: bool,
}

impl Lattice {
    /// About how many units the reduction takes.
    pub(super) fn cost(rank: usize) -> f64 {
        64.0 * (rank * rank * rank) as f64
    }

    /// Reduces the equation; nothing where this method is no use.
    pub(super) fn new(terms: &[Term<i64>], target: i64, work: &mut Work) -> Option<Lattice> {
        if !(2..=MAX_RANK).contains(&terms.len()) {
            return None;
        }
        let mut basis = Basis::new(terms);
        basis.reduce(work)?;
        let rank = terms.len();
        let mut upper = [0; MAX_RANK];
        for (u, term) in upper.iter_mut().zip(terms) {
            *u = term.upper;
        }
        let nothing = Direction {
            vector: [0; MAX_RANK],
            at: [0; MAX_RANK],
            least: 0,
            most: 0,
            low: 0,
            high: 0,
        };
        let mut lattice = Lattice {
            rank,
            upper,
            origin: origin(&basis, &upper, target)?,
            directions: [nothing; MAX_RANK],
            impossible: false,
        };
        for j in 0..rank - 1 {
            lattice.directions[j].vector = basis.vectors[j];
            let (low, high) = lattice.always(terms, &basis.dual[j])?;
            lattice.directions[j].low = low;
            lattice.directions[j].high = high;
            lattice.impossible |= low > high;
        }
        if !lattice.impossible {
            lattice.coordinates_fit()?;
            for j in 1..rank - 1 {
                lattice.prepare(j, &basis)?;
            }
        }
        Some(lattice)
    }

    /// Checks that no coordinate of a combination can get too large.
    fn coordinates_fit(&self) -> Option<()> {
        for i in 0..self.rank {
            let mut extreme = i128::from(self.origin[i]).abs() + i128::from(self.upper[i]);
            for direction in &self.directions[..self.rank - 1] {
                let times = i128::from(direction.low).abs().max(direction.high.into());
                let most = times.checked_mul(i128::from(direction.vector[i]).abs())?;
                extreme = extreme.checked_add(most)?;
            }
            if extreme > LIMIT {
                return None;
            }
        }
        Some(())
    }

    /// The range over the box, seen from the origin, of a functional.
    fn range(&self, functional: &Vector<i128>) -> Option<(i128, i128)> {
        let (mut least, mut most) = (0i128, 0i128);
        for i in 0..self.rank {
            let from = functional[i].checked_mul(-i128::from(self.origin[i]))?;
            let to = functional[i]
                .checked_mul(i128::from(self.upper[i]) - i128::from(self.origin[i]))?;
            least = least.checked_add(from.min(to))?;
            most = most.checked_add(from.max(to))?;
        }
        Some((least, most))
    }

    /// Bounds on a direction's multiple from its row of the inverse matrix,
    /// which gives the multiple exactly. Any multiple of the equation may be
    /// added to the row, since the equation holds for origin and solution, and
    /// the right one makes the bounds tight. It is a fraction, so the row is
    /// first multiplied by a power of two beyond the coefficients.
    fn always(&self, terms: &[Term<i64>], row: &Vector<i64>) -> Option<(i64, i64)> {
        let bits = |largest: u64| 64 - largest.leading_zeros();
        let coefficient = terms
            .iter()
            .map(|term| term.coefficient.unsigned_abs())
            .max()?;
        let entry = row.iter().map(|d| d.unsigned_abs()).max()?;
        let fineness = (bits(coefficient) + 12).min(125 - bits(entry));
        let mut functional = row.map(|d| i128::from(d) << fineness);
        // Again and again, since the quotient has only 53 bits.
        for _ in 0..5 {
            let (mut product, mut square) = (0.0, 0.0);
            for (term, &f) in terms.iter().zip(&functional) {
                let (a, u) = (term.coefficient as f64, term.upper as f64);
                product += f as f64 * u * a * u;
                square += a * u * a * u;
            }
            let times = (-product / square).round() as i128;
            if times == 0 {
                break;
            }
            for (term, f) in terms.iter().zip(&mut functional) {
                *f = f.checked_add(times.checked_mul(term.coefficient.into())?)?;
            }
        }
        let (least, most) = self.range(&functional)?;
        let low = -(-least >> fineness);
        Some((low.try_into().ok()?, (most >> fineness).try_into().ok()?))
    }

    /// The functional of direction j: the orthogonal part of its vector, whose
    /// value hardly depends on the earlier directions; how much it does
    /// depend on them widens the bounds.
    fn prepare(&mut self, j: usize, basis: &Basis) -> Option<()> {
        let largest = basis.star[j].iter().fold(0.0f64, |m, x| m.max(x.abs()));
        let widest = *self.upper[..self.rank].iter().max()?;
        // Values stay below 2^61: rank · 2^precision · widest, and some room.
        let width_bits = 64 - widest.leading_zeros();
        let precision = PRECISION.min(54u32.saturating_sub(width_bits));
        let fineness = f64::from(1u32 << precision) * widest as f64 / largest;
        let mut functional = [0i128; MAX_RANK];
        for i in 0..self.rank {
            functional[i] = (basis.star[j][i] * basis.scale[i] * fineness).round() as i128;
        }
        let (mut least, mut most) = self.range(&functional)?;
        // The largest value that the enumeration can form.
        let mut extreme = least.abs().max(most.abs());
        for k in 0..self.rank - 1 {
            let mut at = 0i128;
            for i in 0..self.rank {
                at = at.checked_add(functional[i].checked_mul(basis.vectors[k][i].into())?)?;
            }
            let from = at.checked_mul(self.directions[k].low.into())?;
            let to = at.checked_mul(self.directions[k].high.into())?;
            extreme = extreme.checked_add(from.abs().max(to.abs()))?;
            if k < j {
                least = least.checked_sub(from.max(to))?;
                most = most.checked_sub(from.min(to))?;
            } else {
                self.directions[j].at[k] = at.try_into().ok()?;
            }
        }
        let direction = &mut self.directions[j];
        if extreme > LIMIT || direction.at[j] <= 0 {
            return None;
        }
        direction.least = least.try_into().ok()?;
        direction.most = most.try_into().ok()?;
        Some(())
    }

    /// About how many units the enumeration takes when there is no solution.
    pub(super) fn estimate(&self) -> f64 {
        if self.impossible {
            return 0.0;
        }
        let (mut paths, mut total) = (1.0, 1.0);
        for j in (1..self.rank - 1).rev() {
            let direction = &self.directions[j];
            let width = (direction.most as f64 - direction.least as f64) / direction.at[j] as f64;
            let always = direction.high as f64 - direction.low as f64 + 1.0;
            paths *= width.min(always);
            total += paths;
        }
        total * NODE as f64
    }

    /// Looks through all combinations that can lie in the box.
    pub(super) fn solve(&self, work: &mut Work, solution: &mut [i64]) -> Answer {
        if self.impossible {
            return Answer::No;
        }
        let depth = self.rank - 1;
        let mut places = [Candidates::outward(0, -1, 1); MAX_RANK];
        let mut points = [[0; MAX_RANK]; MAX_RANK];
        let mut multiples = [0; MAX_RANK];
        points[depth] = self.origin;
        let mut j = depth - 1;
        if j > 0 {
            places[j] = self.open(j, &multiples);
        }
        loop {
            if !work.spend(NODE) {
                return Answer::TooHard;
            }
            if j == 0 {
                if self.finish(&points[1], solution) {
                    return Answer::Yes;
                }
                j = 1;
            }
            // The next combination, at this direction or a later one.
            let multiple = loop {
                if j >= depth {
                    return Answer::No;
                }
                match places[j].next() {
                    Some(multiple) => break multiple,
                    None => j += 1,
                }
            };
            multiples[j] = multiple;
            let from = points[j + 1];
            for i in 0..self.rank {
                points[j][i] = from[i] + multiple * self.directions[j].vector[i];
            }
            j -= 1;
            if j > 0 {
                places[j] = self.open(j, &multiples);
            }
        }
    }

    /// The multiples of direction j to try, given those of the later ones.
    #[inline]
    fn open(&self, j: usize, multiples: &Vector<i64>) -> Candidates<i64> {
        let direction = &self.directions[j];
        let later: i64 = (j + 1..self.rank - 1)
            .map(|k| multiples[k] * direction.at[k])
            .sum();
        let at = direction.at[j];
        let least = direction.least - later;
        let low = least.div_euclid(at) + i64::from(least.rem_euclid(at) > 0);
        let high = (direction.most - later).div_euclid(at);
        Candidates::outward(low.max(direction.low), high.min(direction.high), 1)
    }

    /// The first direction: each coordinate bounds its multiple exactly.
    fn finish(&self, point: &Vector<i64>, solution: &mut [i64]) -> bool {
        let direction = &self.directions[0];
        let (mut low, mut high) = (direction.low, direction.high);
        for i in 0..self.rank {
            let (x, step) = (point[i], direction.vector[i]);
            let room = self.upper[i] - x;
            match step {
                0 if x < 0 || room < 0 => return false,
                0 => {}
                1.. => {
                    low = low.max(-x.div_euclid(step));
                    high = high.min(room.div_euclid(step));
                }
                _ => {
                    low = low.max(-room.div_euclid(-step));
                    high = high.min(x.div_euclid(-step));
                }
            }
            if low > high {
                return false;
            }
        }
        for i in 0..self.rank {
            solution[i] = point[i] + low * direction.vector[i];
        }
        true
    }
}

/// An integer solution, bounds aside, near the middle of the box.
fn origin(basis: &Basis, upper: &Vector<i64>, target: i64) -> Option<Vector<i64>> {
    let rank = basis.rank;
    let mut x = [0i128; MAX_RANK];
    for i in 0..rank {
        x[i] = i128::from(basis.vectors[rank - 1][i]) * i128::from(target);
    }
    for _ in 0..32 {
        let mut changed = false;
        for j in (0..rank - 1).rev() {
            let along: f64 = (0..rank)
                .map(|i| (x[i] as f64 - upper[i] as f64 / 2.0) * basis.scale[i] * basis.star[j][i])
                .sum::<f64>()
                / basis.norm[j];
            if along.abs() <= 0.51 {
                continue;
            }
            let times = along.round() as i128;
            changed = true;
            for i in 0..rank {
                let less = times.checked_mul(basis.vectors[j][i].into())?;
                x[i] = x[i].checked_sub(less)?;
            }
        }
        if !changed {
            break;
        }
    }
    let mut near = [0; MAX_RANK];
    for i in 0..rank {
        near[i] = x[i].try_into().ok()?;
    }
    Some(near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::overlap::tests::{Random, random_terms, sum};

    #[test]
    fn the_basis_is_unimodular_and_only_its_last_vector_leaves_the_equation() {
        let mut random = Random::new(1);
        for count in 2..10 {
            let terms = random_terms(&mut random, count, 1 << 40, 50);
            let mut basis = Basis::new(&terms);
            basis.reduce(&mut Work::units(1 << 30)).unwrap();
            for j in 0..terms.len() {
                let sum: i128 = (0..terms.len())
                    .map(|i| i128::from(basis.vectors[j][i]) * i128::from(terms[i].coefficient))
                    .sum();
                assert_eq!(sum, i128::from(j == terms.len() - 1));
                for k in 0..terms.len() {
                    let product: i128 = (0..terms.len())
                        .map(|i| i128::from(basis.vectors[j][i]) * i128::from(basis.dual[k][i]))
                        .sum();
                    assert_eq!(product, i128::from(j == k));
                }
            }
        }
    }

    #[test]
    fn few_terms_with_large_numbers_take_few_steps_and_what_was_planted_is_found() {
        let mut random = Random::new(2);
        for round in 0..400 {
            let (count, bits, upper) = [
                (4, 42, 999),
                (6, 42, 99),
                (3, 50, 1 << 9),
                (4, 30, 1 << 20),
                (5, 58, 2),
                (6, 56, 7),
                (8, 40, 9),
            ][round % 7];
            let terms = random_terms(&mut random, count, 1 << bits, upper);
            let x: Vec<i64> = terms.iter().map(|t| random.range(0, t.upper)).collect();
            let target = sum(&terms, &x);
            let mut work = Work::units(3_000_000);
            let mut found = vec![0; terms.len()];
            let lattice = Lattice::new(&terms, target, &mut work).expect("reduces");
            assert_eq!(
                lattice.solve(&mut work, &mut found),
                Answer::Yes,
                "round {round}"
            );
            assert_eq!(sum(&terms, &found), target);
        }
    }
}
