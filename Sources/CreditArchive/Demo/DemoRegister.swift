internal import CreditModel

/// The bodies of the synthetic province: a government, its departments and townships in every county.
struct DemoRegister {
    private(set) var bodies: [(id: BodyID, name: String, event: BodyRegistered)] = []

    private static let departments = [
        "发展和改革局", "财政局", "教育体育局", "科技局", "工业和信息化局", "公安局", "民政局", "司法局", "人力资源和社会保障局",
        "自然资源局", "生态环境局", "住房和城乡建设局", "交通运输局", "水利局", "农业农村局", "商务局", "文化和旅游局", "卫生健康局",
        "应急管理局", "市场监督管理局",
    ]
    private static let places = ["青", "白", "石", "龙", "凤", "云", "安", "平", "永", "清", "长", "新", "东", "南", "北", "西"]
    private static let endings = ["川", "河", "山", "宁", "阳", "源", "泉", "林", "水", "原"]

    /// About `count` bodies, county after county; deterministic.
    init(count: Int) {
        var county = 0
        while bodies.count < count {
            county += 1
            add(county: county, limit: count)
        }
    }

    private mutating func add(county: Int, limit: Int) {
        // 99 is no province of GB/T 2260: nothing here can be mistaken for a real place.
        let region = "99" + DemoRegister.digits(county / 90 + 1, 2) + DemoRegister.digits(county % 90 + 10, 2)
        let place =
            DemoRegister.places[county % 16] + DemoRegister.endings[county / 16 % 10]
            + (county > 160 ? String(county / 160) : "") + "县"
        let government = register("11", region, 1, place + "人民政府", .government, .county, nil)
        for (number, name) in DemoRegister.departments.enumerated() where bodies.count < limit {
            _ = register("11", region, number + 2, place + name, .department, .county, government)
        }
        for number in 0..<12 where bodies.count < limit {
            let name = place + DemoRegister.places[number] + DemoRegister.endings[(number + county) % 10] + "镇人民政府"
            _ = register("11", region, number + 40, name, .township, .township, government)
        }
    }

    private mutating func register(
        _ category: String, _ region: String, _ number: Int, _ name: String, _ kind: BodyKind, _ level: BodyLevel,
        _ parent: BodyID?
    ) -> BodyID? {
        guard let code = USCC(completing: category + region + "MB" + DemoRegister.digits(number, 7)),
            let regionCode = RegionCode(region)
        else { return nil }
        let id = BodyID(code)
        bodies.append(
            (
                id, name,
                BodyRegistered(
                    code: code, name: name, kind: kind, level: level, region: regionCode, parent: parent,
                    establishedOn: CalendarDay(year: 2010, month: 1, day: 4))
            ))
        return id
    }

    static func digits(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
