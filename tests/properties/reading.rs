//! Reading invented and damaged documents: what our tree shows is what Go's YAML shows.

use countersign::yaml::split::split;
use proptest::collection::vec;
use proptest::prelude::*;

use super::cases;
use super::damage::damaged;
use super::rendering::invented;
use super::tape::Tape;
use crate::same_nodes::difference;

proptest! {
    #![proptest_config(cases(3000))]

    #[test]
    fn a_damaged_document_is_refused_or_read_as_go_reads_it(bytes in vec(any::<u8>(), 0..400)) {
        let tape = &mut Tape::new(&bytes);
        let (stream, _) = invented(tape);
        let stream = damaged(tape, &stream);
        for unit in split(&stream) {
            let unit = &stream[unit];
            prop_assert_eq!(difference(unit), None, "{:?}", unit);
        }
    }
}
