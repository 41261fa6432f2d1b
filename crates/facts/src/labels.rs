//! Labels of people and of machines, which are one list to see.

use serde::{Deserialize, Serialize};

/// Labels that a file may have.
const MOST: usize = 100;

/// Whose the labels of a file are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Labels {
    /// What people have typed.
    pub typed: Vec<String>,
    /// What a machine has found.
    pub found: Vec<String>,
    /// What a machine has found and people have taken away: it stays away.
    #[serde(default)]
    pub dismissed: Vec<String>,
}

impl Labels {
    /// What is seen: people's first, then machines'.
    pub fn visible(&self) -> Vec<String> {
        let of_machines = self.found.iter().filter(|label| !self.typed.contains(label) && self.shows(label));
        self.typed.iter().chain(of_machines).take(MOST).cloned().collect()
    }

    /// Takes the list that somebody wants to see from now on.
    pub fn set(&mut self, list: &[String]) {
        let seen: Vec<String> = self.found.iter().filter(|label| self.shows(label)).cloned().collect();
        let typed = |label: &&String| self.typed.contains(label) || !seen.contains(label);
        let typed: Vec<String> = list.iter().filter(typed).cloned().collect();
        let away = seen.into_iter().filter(|label| !list.contains(label));
        self.dismissed.extend(away);
        self.typed = typed;
    }

    /// Takes what a machine has found this time; what it found before and no more goes.
    pub fn find(&mut self, found: Vec<String>) {
        self.found = found;
    }

    fn shows(&self, label: &String) -> bool {
        !self.dismissed.contains(label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(words: &str) -> Vec<String> {
        words.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn what_people_typed_stays_and_what_they_took_away_stays_away() {
        let mut labels = Labels { typed: list("holiday"), ..Labels::default() };
        labels.find(list("cat animal"));
        assert_eq!(labels.visible(), list("holiday cat animal"));
        // The whole list comes back as it was read, with one word more and one less.
        labels.set(&list("holiday cat mine"));
        assert_eq!(labels.visible(), list("holiday mine cat"));
        labels.find(list("animal cat dog"));
        assert_eq!(labels.visible(), list("holiday mine cat dog"));
        // Typed by hand before a machine found it, and by hand after it was taken away.
        labels.set(&list("holiday dog animal"));
        labels.find(list("holiday"));
        assert_eq!(labels.visible(), list("holiday animal"));
        labels.set(&[]);
        assert_eq!(labels.visible(), list(""));
        labels.find(list("holiday cat new"));
        assert_eq!(labels.visible(), list("new"));
    }

    #[test]
    fn a_file_has_a_hundred_of_them_at_the_most() {
        let many: Vec<String> = (0..90).map(|number| number.to_string()).collect();
        let mut labels = Labels { typed: many, ..Labels::default() };
        labels.find((100..150).map(|number| number.to_string()).collect());
        assert_eq!(labels.visible().len(), 100);
    }
}
