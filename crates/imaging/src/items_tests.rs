//! Items on painted table tops: one test for each way in which looking at a mat is known to fail.

use super::*;
use crate::testing::items::{Lump, SIZE, Table};
use proptest::prelude::*;
use scantrail_core::raster::Channels;

const WHITE: [f64; 3] = [238.0, 238.0, 234.0];

fn at(table: &Table, expected: Option<usize>) -> Sure<Items> {
    find(&table.paint(), None, &[], expected).expect("items on a plain mat")
}

/// Every pixel of every lump lies in the crop of some item.
fn nothing_cut_off(table: &Table, found: &Items) -> bool {
    let crops: Vec<Vec<Point>> = found
        .items
        .iter()
        .map(|i| {
            let (w, h) = (f64::from(i.canvas.0), f64::from(i.canvas.1));
            [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)].map(|(x, y)| i.transform.map_back(Point { x, y })).to_vec()
        })
        .collect();
    (0..SIZE.0 * SIZE.1).step_by(3).all(|i| {
        let (x, y) = (f64::from(i % SIZE.0) + 0.5, f64::from(i / SIZE.0) + 0.5);
        !table.lumps.iter().any(|l| l.covers(x, y)) || crops.iter().any(|c| contains(c, Point { x, y }))
    })
}

#[test]
fn sheets_and_clay_are_told_apart_and_outlined() {
    let table = Table::grey(1)
        .with(Lump::sheet((200.0, 150.0), (220.0, 160.0), 5.0, WHITE).written([40.0; 3]))
        .with(Lump::sheet((600.0, 170.0), (150.0, 210.0), -12.0, [60.0, 90.0, 180.0]))
        .with(Lump::clay((300.0, 450.0), 70.0));
    let found = at(&table, None).value;
    assert_eq!(found.items.len(), 3);
    for (k, item) in found.items.iter().enumerate() {
        let overlap = table.overlap(k, &item.outline);
        assert!(overlap >= 0.97, "item {k}: {overlap}");
        assert!(item.cut_off.is_empty() && item.touches.is_empty());
    }
    assert!(matches!(found.items[0].form, Form::Sheet(_)) && matches!(found.items[1].form, Form::Sheet(_)));
    assert_eq!(found.items[2].form, Form::Object, "the shadow is not part of it, and a disc is no sheet");
    for (item, turn) in found.items.iter().zip([5.0, -12.0]) {
        assert!((item.rectangle.turn.degrees() - turn).abs() < 0.3, "{:?}", item.rectangle);
    }
    assert!(nothing_cut_off(&table, &found));
    assert_eq!(found.count, Count::NotExpected);
}

#[test]
fn a_sheet_is_straightened_and_an_object_never_turned() {
    let table = Table::grey(2).with(Lump::sheet((400.0, 300.0), (300.0, 200.0), 7.0, WHITE));
    let found = at(&table, None).value;
    let corners = found.items[0].transform.map_quad(match &found.items[0].form {
        Form::Sheet(quad) => quad,
        Form::Object => panic!("a sheet"),
    });
    let [a, b, ..] = corners.0;
    assert!((a.y - b.y).abs() < 1.0, "its upper edge lies level: {corners:?}");
    assert!((8.0..13.0).contains(&a.x) && (8.0..13.0).contains(&a.y), "5 mm of margin are 10 pixels: {a:?}");
    let steep = Table::grey(3).with(Lump::sheet((400.0, 300.0), (300.0, 200.0), 38.0, WHITE));
    let found = at(&steep, None).value;
    let [a, b] = [(0.0, 0.0), (9.0, 0.0)].map(|(x, y)| found.items[0].transform.map_back(Point { x, y }));
    assert_eq!((b.x - a.x, b.y - a.y), (9.0, 0.0), "nobody knows which side is up");
}

#[test]
fn a_model_survives_another_light_and_shows_what_the_border_hides() {
    let mat = Table::new([208.0, 208.0, 204.0], 4);
    let model = MatModel::learn(&[&mat.paint()]).unwrap();
    let loaded = Table::new([208.0, 208.0, 204.0], 5)
        .with(Lump::sheet((300.0, 200.0), (300.0, 210.0), 3.0, WHITE).written([200.0; 3]))
        .lit(0.85, 0.05);
    let found = find(&loaded.paint(), Some(&model), &[], Some(1)).unwrap().value;
    assert_eq!((found.items.len(), found.learnt, found.count), (1, LearntFrom::Model, Count::AsExpected));
    let overlap = loaded.overlap(0, &found.items[0].outline);
    assert!(overlap >= 0.97, "white on a light mat, with faint pencil: {overlap}");
}

#[test]
fn another_mat_than_the_model_s_is_noticed() {
    let model = MatModel::learn(&[&Table::new([40.0, 100.0, 70.0], 6).paint()]).unwrap();
    let mut striped = Table::grey(7);
    striped = striped.with(Lump::sheet((400.0, 300.0), (200.0, 150.0), 0.0, WHITE));
    let picture = striped.paint();
    // A picture of another size cannot be compared with the model at all.
    let half: Vec<u8> = (0..SIZE.1)
        .step_by(2)
        .flat_map(|y| picture.row(y).chunks_exact(6).flat_map(|p| p[..3].to_vec()).collect::<Vec<_>>())
        .collect();
    let half = Raster::new(SIZE.0 / 2, SIZE.1 / 2, Channels::Rgb, half).unwrap();
    let found = find(&half, Some(&model), &[], None).unwrap().value;
    assert_eq!((found.items.len(), found.learnt), (1, LearntFrom::BorderInsteadOfModel));
}

#[test]
fn a_kept_model_is_read_back_and_a_broken_one_refused() {
    let empty = Table::grey(8);
    let model = MatModel::learn(&[&empty.paint(), &Table::grey(9).lit(1.1, 0.1).paint()]).unwrap();
    let bytes = model.to_bytes();
    assert_eq!(MatModel::from_bytes(&bytes), Ok(model));
    for bad in [&bytes[..bytes.len() - 1], &bytes[1..], &[], &bytes[..20]] {
        assert_eq!(MatModel::from_bytes(bad), Err(BadMat));
    }
    let loaded = Table::grey(10).with(Lump::clay((300.0, 300.0), 90.0)).paint();
    assert_eq!(MatModel::learn(&[&empty.paint(), &loaded]), Err(MatDecline::Changed));
    assert_eq!(MatModel::learn(&[]), Err(MatDecline::NoPicture));
}

#[test]
fn a_shadow_alone_is_nothing_and_a_grey_sheet_is_something() {
    let mut shadow = Table::grey(11).with(Lump::clay((-70.0, 300.0), 60.0));
    shadow.lumps[0] = Lump::clay((-60.0, 300.0), 58.0);
    assert_eq!(find(&shadow.paint(), None, &[], None), Err(ItemsDecline::Nothing));
    let sheet = Table::grey(12).with(Lump::sheet((400.0, 300.0), (200.0, 150.0), 4.0, [90.0, 91.0, 92.0]));
    let found = at(&sheet, None).value;
    assert!(sheet.overlap(0, &found.items[0].outline) >= 0.97);
}

#[test]
fn touching_sheets_are_taken_apart_where_an_edge_is_seen() {
    let pair = Table::grey(13).with(Lump::sheet((250.0, 250.0), (200.0, 280.0), 0.0, WHITE)).with(Lump::sheet(
        (450.0, 330.0),
        (200.0, 280.0),
        0.0,
        [230.0, 220.0, 150.0],
    ));
    let found = at(&pair, Some(2)).value;
    assert_eq!((found.items.len(), found.count), (2, Count::AsExpected));
    assert_eq!((found.items[0].touches.as_slice(), found.items[1].touches.as_slice()), (&[1][..], &[0][..]));
    assert!(pair.overlap(0, &found.items[0].outline) > 0.95);
    // One sheet of the same outline, all of one colour: no edge, no cut.
    let whole = Table::grey(14).with(Lump::sheet((250.0, 250.0), (201.0, 280.0), 0.0, WHITE)).with(Lump::sheet(
        (450.0, 330.0),
        (201.0, 280.0),
        0.0,
        WHITE,
    ));
    let found = at(&whole, Some(1)).value;
    assert_eq!(found.items.len(), 1, "nothing shows that these are two");
}

#[test]
fn a_wrong_count_is_said_and_halves_the_confidence() {
    let table = Table::grey(15).with(Lump::clay((300.0, 300.0), 60.0));
    let (right, wrong) = (at(&table, Some(1)), at(&table, Some(3)));
    assert_eq!(wrong.value.count, Count::Differs { expected: 3 });
    assert_eq!(wrong.value.items.len(), 1, "an expectation makes no items");
    assert!(wrong.confidence < right.confidence);
}

#[test]
fn a_card_is_no_work_and_gives_the_scale() {
    let table = Table::grey(16)
        .with(Lump::sheet((170.0, 110.0), (170.0, 108.0), 0.0, WHITE))
        .with(Lump::clay((500.0, 400.0), 60.0));
    let corners = Quad([(99.0, 70.0), (179.0, 70.0), (179.0, 150.0), (99.0, 150.0)].map(|(x, y)| Point { x, y }));
    let code = KnownCode { corners, side: Some(Length::from_mm(40)) };
    let found = find(&table.paint(), None, &[code], Some(1)).unwrap().value;
    assert_eq!((found.items.len(), found.cards.len(), found.count), (1, 1, Count::AsExpected));
    assert_eq!(found.scale, Scale::Code);
    assert!((found.per_mm - 2.0).abs() < 0.01);
}

#[test]
fn what_runs_out_of_the_picture_is_flagged() {
    let table = Table::grey(17).with(Lump::sheet((40.0, 300.0), (200.0, 150.0), 0.0, WHITE));
    assert_eq!(at(&table, None).value.items[0].cut_off, [Side::Left]);
}

#[test]
fn strange_pictures_are_declined_without_panic() {
    for (w, h) in [(1, 1), (1, 3000), (3000, 1), (65, 64), (5000, 70), (300, 200)] {
        for level in [0u8, 128, 255] {
            for channels in [Channels::Grey, Channels::Rgb] {
                let picture = Raster::new(w, h, channels, vec![level; (w * h) as usize * channels.count()]).unwrap();
                assert!(find(&picture, None, &[], Some(2)).is_err());
                let model = MatModel::learn(&[&picture]).unwrap();
                assert!(find(&picture, Some(&model), &[], None).is_err());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn wherever_a_sheet_lies_nothing_of_it_is_lost(
        x in 190.0..650.0f64, y in 190.0..440.0f64, w in 60.0..240.0f64, h in 60.0..240.0f64, deg in -45.0..45.0f64, seed in 0u64..99,
    ) {
        let table = Table::grey(seed).with(Lump::sheet((x, y), (w, h), deg, WHITE));
        let found = at(&table, None).value;
        prop_assert_eq!(found.items.len(), 1);
        prop_assert!(nothing_cut_off(&table, &found));
        prop_assert!(table.overlap(0, &found.items[0].outline) >= 0.97);
    }
}
