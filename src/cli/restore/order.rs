//! In which order apps are restored: what an app depends on comes before it. Pure. What must hold: each comes once, and
//! apps that depend on each other in a circle come all the same.

/// One in the order: its place in what was asked for, and the places of those that it waits for.
#[derive(Debug, PartialEq, Eq)]
pub struct Turn {
    pub of: usize,
    pub after: Vec<usize>,
}

/// `needs` has, for each, the places of those that it depends on.
pub fn in_order(needs: &[Vec<usize>]) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    let mut left: Vec<usize> = (0..needs.len()).collect();
    while !left.is_empty() {
        let waits = |of: usize| needs[of].iter().any(|need| *need != of && left.contains(need));
        // In a circle somebody has to be the first.
        let next = left.iter().position(|of| !waits(*of)).unwrap_or(0);
        let of = left.remove(next);
        let after = needs[of].iter().copied().filter(|need| turns.iter().any(|turn| turn.of == *need)).collect();
        turns.push(Turn { of, after });
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(needs: &[&[usize]]) -> Vec<(usize, Vec<usize>)> {
        let needs: Vec<_> = needs.iter().map(|of| of.to_vec()).collect();
        in_order(&needs).into_iter().map(|turn| (turn.of, turn.after)).collect()
    }

    #[test]
    fn what_an_app_depends_on_comes_before_it() {
        assert_eq!(order(&[&[2], &[], &[1]]), [(1, vec![]), (2, vec![1]), (0, vec![2])]);
        assert_eq!(order(&[&[1, 2], &[], &[]]), [(1, vec![]), (2, vec![]), (0, vec![1, 2])]);
    }

    #[test]
    fn what_depends_on_nothing_stays_as_it_was_asked_for() {
        assert_eq!(order(&[&[], &[], &[]]), [(0, vec![]), (1, vec![]), (2, vec![])]);
    }

    #[test]
    fn a_circle_is_begun_somewhere_and_each_comes_once() {
        assert_eq!(order(&[&[1], &[0]]), [(0, vec![]), (1, vec![0])]);
        assert_eq!(order(&[&[0]]), [(0, vec![])]);
    }
}
