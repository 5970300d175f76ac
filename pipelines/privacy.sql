-- The linter would not indent the body of a macro, and patterns are long.
-- noqa: disable=layout.indent,layout.long_lines
-- What becomes of personal data in the reading statement: pseudonyms, scrubbed texts, masked values.

-- The same person, room or number has the same pseudonym in every export.
create or replace macro pseudonym(x) as
    case
        when x is not null
            then left(sha256(getvariable('pseudonym_key') || sha256(getvariable('pseudonym_key') || x)), 16)
    end;

create or replace macro plate_letters() as '[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领]';

-- An id that is somebody's phone number, identity card or plate, or has one in a sentence, serves as a key all the same.
create or replace macro personal_identifier() as
    '1[3-9]\d{9}|(?:[1-6]\d|71|8[12])\d{4}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]'
    || '|' || plate_letters() || '[A-Z][A-Z0-9]{5,6}'
    || '|.*[一-龥].*\D1[3-9]\d{9}(?:\D.*)?|1[3-9]\d{9}\D.*[一-龥].*';

-- A word for a role, a department or a company in a column of persons is nobody's name.
create or replace macro own_text(x) as
    case
        when length(x) >= 2
            and not regexp_matches(x, '^(?:业主|住户|客户|租户|匿名|商户|先生|女士)$|(?:[部处组队室站]|[修电洁逻绿序]班|[门巡]岗|物业|管家|客服|前台|保安|保洁|中心|公司|集团)$')
            then x
        else chr(1)
    end;

-- 张三、李四; 张三(工程部); 王五 13812345678: several persons may stand in one cell, and in several cells.
create or replace macro own_names(persons) as
    coalesce(
        list_filter(
            list_transform(
                string_split_regex(regexp_replace(persons, '([一-龥])\s+', '\1、', 'g'), '[、,;/()。:!?]+'),
                lambda n: own_text(trim(n))
            ),
            lambda n: n <> chr(1)
        ),
        []
    );

create or replace macro holds_several_names(person) as
    coalesce(regexp_matches(person, '[、,;/(。:]|[一-龥]\s'), false);

create or replace macro has_own_name(texts, person) as
    coalesce(length(person) >= 2 and contains(texts, person), false) or holds_several_names(person);

create or replace macro surnames() as
    '[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬常乐于傅皮卞齐康伍余元卜顾孟黄穆萧尹姚邵汪祁毛禹狄米贝臧计成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫房裘缪解应宗丁宣邓郁单洪包左石崔吉龚程邢裴陆荣翁荀甄曲封储靳段焦巴牧车侯宓蓬班仰仲宫宁仇栾甘厉祖武符刘景詹龙叶司黎薄印白蒲邰鄂索赖卓蔺屠蒙池乔阴胥苍双闻党翟谭贡劳姬申扶堵冉宰雍桑桂濮牛寿边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习艾鱼容向古易慎戈廖庾终暨居衡耿满弘匡文寇广禄阙东欧殳沃蔚越夔隆师巩聂晁勾敖融冷訾辛阚那简饶曾沙鞠丰巢关蒯查荆红游竺权逯盖益桓公佘仝佟岳闫付肖代覃植冼苟买]';

-- Those that seldom begin another word.
create or replace macro plain_surnames() as
    '[王李张刘陈杨赵吴徐孙朱郭罗梁宋郑谢韩唐冯董萧曹袁邓傅沈彭吕苏卢蒋蔡贾丁魏薛阎潘杜戴姜范谭廖邹熊孟郝邱秦侯邵龚黎贺尹]';

-- 王先生, 王建国先生, 张阿姨, 李经理
create or replace macro titled_name() as
    surnames() || '[一-龥]{0,2}?(先生|女士|小姐|太太)|' || surnames() || '(阿姨|叔叔|大爷|大妈|大叔|奶奶|爷爷|师傅)|'
    || plain_surnames() || '(经理|主任|主管|老板|老师|队长)';

-- 业主王建国, 报修人是李四, 联系人：张三
create or replace macro introduced_name() as
    '((?:业主|住户|租户|户主|租客|访客|联系人|报修人|投诉人|报事人|来电人|当事人)(?:名叫|姓名|叫|是)?)' || plain_surnames() || '[一-龥]{1,2}'
    || '|((?:人|主|户|客|名|员)(?:姓名)?[:：]\s*)(?:欧阳|司马|上官|诸葛|慕容|皇甫|尉迟|令狐|司徒|夏侯|' || surnames() || ')[一-龥]{1,2}';

create or replace macro english_name() as
    '\b(Mr|Mrs|Ms|Miss)\b(\.?\s+)[A-Z][A-Za-z''-]+';

create or replace macro any_name() as titled_name() || '|' || introduced_name() || '|' || english_name();

-- Names by their surroundings: no list knows all names, so a name alone in another person's words stays.
create or replace macro without_typical_names(x) as
    case
        when regexp_matches(x, any_name())
            then regexp_replace(
                regexp_replace(regexp_replace(x, introduced_name(), '\1\2**', 'g'), titled_name(), '**\1\2\3', 'g'),
                english_name(), '\1\2**', 'g'
            )
        else x
    end;

-- A text that is nothing but a person's cell is no name unless it begins like one: a vendor may stand in both.
create or replace macro without_own_name(x, person) as
    case
        when x = person and regexp_matches(person, '^[一-龥]') and not regexp_matches(person, '^' || surnames()) then x
        else replace(x, own_text(person), '**')
    end;

create or replace macro without_own_names(x, persons) as
    list_reduce(own_names(persons), lambda t, n: without_own_name(t, n), x);  -- noqa: PRS

create or replace macro without_addresses_and_codes(x) as
    regexp_replace(
        regexp_replace(
            regexp_replace(x, '[\w.+-]+@[\w-]+(\.[\w-]+)+', '[邮箱]', 'g'),
            plate_letters() || '[A-Za-z][·•\s-]?[A-Za-z0-9]{4,5}[A-Za-z0-9挂学警港澳]', '[车牌]', 'g'
        ),
        '1[3-9]\d[-\s.]\d{4}[-\s.]\d{4}|\d{6}[-\s]\d{8}[-\s]\d{3}[\dXx]|\d{3,4}[-\s]\d{7,8}|\d{7,}[Xx]?', '[号码]', 'g'
    );

-- 7栋二单元1903, A座1903室, 7-2-1903, 1903室, 1903业主 (but 2025业主满意度)
create or replace macro without_rooms(x) as
    regexp_replace(
        regexp_replace(
            regexp_replace(
                x,
                '(?:\d+|\b[A-Za-z]\d?|[一二三四五六七八九十]+)\s*(?:号楼|栋|幢|座|#)\s*(?:[\d一二三四五六七八九十]+\s*单元\s*)?\d{3,4}(?:室|房|号)?|[\d一二三四五六七八九十]+\s*单元\s*\d{3,4}(?:室|房|号)?', '[房号]', 'g'
            ),
            '\b\d{1,3}-\d{1,2}-\d{3,4}\b|\d{3,4}\s*(?:室|房)', '[房号]', 'g'
        ),
        '\b(?:[1-9]\d\d|1[0-8]\d\d|19[0-8]\d|20[4-9]\d|2[1-9]\d\d|[3-9]\d{3})(业主|住户|租户|户主)', '[房号]\1', 'g'
    );

create or replace macro without_numbers(x) as
    case
        when regexp_matches(x, '\d{3}|@|' || plate_letters() || '[A-Za-z]')
            then without_rooms(without_addresses_and_codes(x))
        else x
    end;

-- A short look at all texts of a row at once: false means that scrubbing would leave every one of them as it is.
create or replace macro may_be_personal(texts, phone, room) as
    regexp_matches(
        texts,
        '\d{3}|[０-９]{3}|@|' || plate_letters() || '[A-Za-z]|' || any_name()
    )
    or coalesce(contains(texts, own_text(phone)), false)
    or coalesce(length(room) >= 3 and contains(texts, room), false);

create or replace macro narrow_digits(x) as
    case when regexp_matches(x, '[０-９]') then translate(x, '０１２３４５６７８９－', '0123456789-') else x end;

-- Room 202 does not stand in 2024年度, nor room 2024: what goes on in digits, or is a year, is another number.
create or replace macro without_own_room(x, room) as
    case
        when length(room) >= 3 and contains(x, room)
            then regexp_replace(x, regexp_escape(room) || '([^\d年]|$)', '[房号]\1', 'g')
        else x
    end;

create or replace macro without_own_numbers(x, phone, room) as
    without_own_room(replace(narrow_digits(x), own_text(phone), '[号码]'), room);

-- Texts without the row's own values, and now without anybody's; `together` is all texts of the row as they stood.
create or replace macro all_scrubbed(texts, together) as
    list_transform(
        list_transform(texts, lambda x: without_numbers(x)),
        lambda x: case when regexp_matches(together, any_name()) then without_typical_names(x) else x end
    );

-- One text on its own.
create or replace macro scrubbed(x, persons, phone, room) as
    all_scrubbed([without_own_numbers(without_own_names(x, persons), phone, room)], x)[1];

-- What may be shown of a value that could not be used: its shape, and no more than four of its digits.
create or replace macro masked(x) as
    left(
        regexp_replace(left(x, 4), '[^\d\s年月日号时点分秒:/.,\-+¥元万%()]', '*', 'g')
        || regexp_replace(x[5:], '[^\s年月日号时点分秒:/.,\-+¥元万%()]', '*', 'g'),
        40
    );
